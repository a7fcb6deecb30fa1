// Console: the smallest OneBot application. Prints what it hears, and answers every message.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace bridge {

// One line on stdout: who speaks, and what; coloured on a terminal.
void print(std::string_view who, std::string_view what);

class Console final : public onebot::io::WebSocketPeer {
 public:
  // bots: how many there will be.
  Console(onebot::io::Client& client, const std::string& url, std::size_t bots)
      : bots_(bots), socket_(client.connect({.url = url}, *this)) {}

  bool all_online() const { return online_.size() >= bots_; }
  std::size_t answers() const { return answers_; }

  void on_text(std::string_view text) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

 private:
  void note_status(onebot::json::View status);
  void answer(onebot::json::View event);

  std::size_t bots_, answers_ = 0, number_ = 0;
  std::set<std::string> online_;
  std::string outbox_, sending_;
  std::unique_ptr<onebot::io::WebSocket> socket_;
};

}  // namespace bridge
