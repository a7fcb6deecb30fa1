// Audits: messages that the platform reads before it shows them. Sending one may wait for the result, which comes as an
// event, sometimes before the answer that says it will. Platform: server-inter/channel/message/message-audit.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/told.h"
#include "onebot/translate.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

class Audits {
 public:
  static constexpr std::chrono::seconds kWait{20};
  static constexpr std::size_t kMostWaiting = 1'000, kMostKnown = 1'000;

  explicit Audits(onebot::io::Loop& loop) : loop_(loop) {}

  // The id of the message that was let through; an error (under_review) when nothing is heard within kWait or too many
  // wait, (content_rejected) when the message was rejected. What is known already is told inside; whoever
  // drops the owner is not told.
  using Done = onebot::ToldResult<std::string>;
  [[nodiscard]] onebot::io::Owner wait(const std::string& audit_id, Done done);
  void hear(const onebot::Native& native);  // any event

 private:
  struct Waiting {
    Done done{};
    onebot::io::Owner timer{};
  };
  class Place;

  void finish(const std::string& audit_id, onebot::Result<std::string> result);

  onebot::io::Loop& loop_;
  std::map<std::string, Waiting, std::less<>> waiting_{};
  std::deque<std::pair<std::string, onebot::Result<std::string>>> known_{};  // results nobody waited for, oldest first
};

}  // namespace qq
