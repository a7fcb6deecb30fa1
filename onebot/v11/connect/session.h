// Session: an application of OneBot 11 on one WebSocket, which carries one bot.
//
//   universal = lifecycle (answer | heartbeat | ping | event)*
//   event     = lifecycle (heartbeat | ping | event)*            what is asked there is not heard
//   api       = (answer | ping)*

#pragma once

#include "onebot/connect/link.h"
#include "onebot/echo.h"
#include "onebot/v11/connect/section.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::v11::connect {

enum class Role { universal, api, event };

struct SessionOptions {
  const SectionOptions* section = nullptr;  // outlives the session
  const Refusals* refusals = nullptr;       // the same
  const Bot* bot = nullptr;
  Role role = Role::universal;
  std::string remote{};
  onebot::connect::LinkOptions link{};
};

class Session final : public onebot::connect::Speaker {
 public:
  // As connect::Session::Closed.
  using Closed = std::function<void(int code, std::string_view reason, int http_status)>;

  Session(Means means, Feed& feed, SessionOptions options, Closed closed);

  onebot::connect::Link& link() { return link_; }
  const onebot::connect::Link& link() const { return link_; }
  const Bot& bot() const { return *options_.bot; }
  const std::string& consumer() const { return options_.link.consumer; }
  void check_status();  // tells at once when the bot went or came

  std::unique_ptr<onebot::connect::Stream> opened(std::optional<Seq> from) override;
  void heard(std::string_view message, frame::Opcode kind) override;
  bool too_long(frame::Opcode kind, std::string_view piece, bool last) override;
  void ended(int code, std::string_view reason, int http_status) override;

 private:
  void beat();
  void answer(Answer answer);
  Number self() const { return self_id(means_.ground, *options_.bot); }

  const Means means_;
  Feed& feed_;
  const SessionOptions options_;
  const Closed closed_;
  bool online_ = false;  // as last told
  io::Owner beating_;
  std::optional<EchoReader> passing_;  // of a request that is too long
  Asking asking_;
  onebot::connect::Link link_;
};

}  // namespace onebot::v11::connect
