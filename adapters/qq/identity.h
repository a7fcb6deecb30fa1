// Identity: who the bot is, as the platform has told it, kept over restarts.
//
// On disk: record = "self", "" -> user id, "name" -> name

#pragma once

#include "onebot/adapter.h"
#include "onebot/event.h"
#include "onebot/json.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq {

class Identity {
 public:
  static constexpr std::string_view kRecord = "self";

  explicit Identity(std::function<void(onebot::Record)> remember) : remember_(std::move(remember)) {}

  void recall(const std::vector<onebot::Record>& records);
  // Whether these hold who the bot is.
  static bool is_in(const std::vector<onebot::Record>& records);
  // user: what the platform says of the bot. Whether its id is news.
  bool learn(onebot::json::View user);

  const onebot::Self& self() const { return self_; }
  const std::string& name() const { return name_; }

 private:
  std::function<void(onebot::Record)> remember_;
  onebot::Self self_{"qq", ""};
  std::string name_{};
};

}  // namespace qq
