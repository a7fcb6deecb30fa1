// Script: what goes wrong with the next messages the bot sends, one entry for each.
//
//   {"status": 429, "code": 22009, "retry_after": "2"}   refused
//   {"status": 502, "taken": true}                       arrives, but is answered as if it had not
//   {"audit": "pass", "after_ms": 50}                     under review; the event with the result follows ("reject":
//   too)

#pragma once

#include "onebot/json.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace qq::simulator {

struct Fault {
  int status = 400, code = 0;
  std::string retry_after{};  // seconds; "" = not said
  bool taken = false;
  std::string audit{};
  std::chrono::milliseconds after{0};
};

class Script {
 public:
  static constexpr std::size_t kMost = 1'000;

  // False when it is no list of entries.
  bool add(onebot::json::View list) {
    if (!list.is_array() || faults_.size() + list.size() > kMost) return false;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const onebot::json::View entry = list[i];
      const bool audited = entry.at("audit").is_string();
      const auto number = [&](std::string_view name, std::int64_t otherwise) {
        return static_cast<int>(entry.at(name).integer().value_or(otherwise));
      };
      faults_.push_back({.status = number("status", audited ? 202 : 400),
                         .code = number("code", audited ? 304023 : 0),
                         .retry_after = entry.at("retry_after").text(),
                         .taken = entry.at("taken").boolean(),
                         .audit = entry.at("audit").text(),
                         .after = std::chrono::milliseconds(number("after_ms", 0))});
    }
    return true;
  }

  std::optional<Fault> next() {
    if (faults_.empty()) return std::nullopt;
    Fault fault = std::move(faults_.front());
    faults_.pop_front();
    return fault;
  }

 private:
  std::deque<Fault> faults_{};
};

}  // namespace qq::simulator
