// Messages: where each message the bot has seen or sent is, since delete_message names it by its id alone, and a quote
// needs the platform's index of it. What was sent is kept over restarts.

#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/qq/replies.h"
#include "onebot/adapter.h"

namespace qq {

struct KnownMessage {
  Chat chat{};
  std::string index{};  // "REFIDX_..."; "" = not told
  bool sent = false;    // by the bot
};

class Messages {
 public:
  static constexpr std::string_view kRecord = "sent";
  static constexpr std::size_t kMostSent = 1'000, kMostReceived = 10'000;

  explicit Messages(std::function<void(onebot::Record)> remember) : remember_(std::move(remember)) {}

  void recall(const std::vector<onebot::Record>& records);  // oldest first
  void add(const std::string& id, KnownMessage message);
  const KnownMessage* find(std::string_view id) const;  // nullptr: never seen, or long ago
  bool sent(std::string_view id) const;
  std::string id_of(std::string_view index) const;  // of the message with that index; "" = not known
  void forget(std::string_view id);

 private:
  void insert(const std::string& id, KnownMessage message);

  std::function<void(onebot::Record)> remember_;
  std::unordered_map<std::string, KnownMessage> known_{};
  std::unordered_map<std::string, std::string> ids_{};  // by index
  std::deque<std::string> sent_{}, received_{};         // oldest first
};

}  // namespace qq
