// OwnActions: what the bridge itself does for a bot, on every platform. They are called as an adapter's actions are.

#pragma once

#include "onebot/action.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace bridge {

class OwnActions {
 public:
  virtual ~OwnActions() = default;
  virtual std::span<const std::string_view> names() const = 0;  // always the same
  virtual std::chrono::milliseconds deadline() const = 0;       // after which an application gets network_error
  virtual void call(const std::string& bot, onebot::Action action, onebot::Reply reply) = 0;  // bot: "platform/app_id"
};

}  // namespace bridge
