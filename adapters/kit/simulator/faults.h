// Faults: what goes wrong with the next calls, one entry for each.
//
//   {"status": 429, "code": 22009, "retry_after": "2"}   refused; the platform says when to come again
//   {"status": 502, "taken": true}                       arrives, but is answered as if it had not: the answer is lost
//   {"delay_ms": 500, ...}                               is answered later
//
// Further members are for the platform.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kit::simulator {

struct Fault {
  std::optional<std::int64_t> status{}, code{};
  std::string message = "so says the script";
  std::string retry_after{};  // seconds; "" = not said
  bool taken = false;
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds after{0};  // "after_ms": until what the platform says later
  onebot::Fields entry{};              // as it was written; empty of a mere refusal

  // wait_header: where the platform says when to come again.
  Reply reply(std::string_view wait_header) const {
    Reply reply{
        .status = small(status.value_or(400)), .code = small(code.value_or(0)), .message = message, .delay = delay};
    if (!retry_after.empty()) reply.headers.emplace_back(wait_header, retry_after);
    return reply;
  }
};

class Faults {
 public:
  static constexpr std::size_t kMost = 1'000;

  // False when it is no list, or too long.
  bool add(onebot::json::View script) {
    if (!script.is_array() || script_.size() + script.size() > kMost) return false;
    for (std::size_t i = 0; i < script.size(); ++i) {
      const onebot::json::View entry = script[i];
      script_.push_back({.status = entry.at("status").integer(),
                         .code = entry.at("code").integer(),
                         .retry_after = entry.at("retry_after").text(),
                         .taken = entry.at("taken").boolean(),
                         .delay = std::chrono::milliseconds(small(entry.at("delay_ms").integer().value_or(0))),
                         .after = std::chrono::milliseconds(small(entry.at("after_ms").integer().value_or(0))),
                         .entry = entry.is_object() ? std::get<onebot::Fields>(entry.value()) : onebot::Fields{}});
    }
    return true;
  }
  // The next `count` calls that the script leaves alone fail so; in place of what was asked for before.
  void refuse(Fault fault, int count) {
    refusal_ = std::move(fault);
    refusals_left_ = count;
  }
  std::optional<Fault> next() {
    if (script_.empty()) return refusals_left_ > 0 ? (--refusals_left_, std::optional(refusal_)) : std::nullopt;
    Fault fault = std::move(script_.front());
    script_.pop_front();
    return fault;
  }

 private:
  std::deque<Fault> script_{};
  Fault refusal_{};
  int refusals_left_ = 0;
};

}  // namespace kit::simulator
