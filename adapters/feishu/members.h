// Members: who is in which group, as the last list told, for a minute: the platform has no call for one member, and an
// application that asks about everybody who speaks would read the whole list each time.

#pragma once

#include "adapters/kit/remembered.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

namespace feishu {

class Members {
 public:
  using Time = std::chrono::milliseconds;
  static constexpr std::chrono::seconds kFresh{60};
  static constexpr std::size_t kMostGroups = 50, kMostMembers = 2'000;  // larger groups are not kept

  // nullptr: not known, or too old. Valid until the next change.
  const onebot::List* of(std::string_view group, Time now) const {
    const Known* known = groups_.find(group);
    return known && now < known->until ? &known->all : nullptr;
  }
  void keep(std::string_view group, const onebot::List& all, Time now) {
    if (all.size() <= kMostMembers) groups_.set(group, {now + kFresh, all});
  }
  void forget(std::string_view group) {
    if (groups_.find(group)) groups_.set(group, {});
  }

 private:
  struct Known {
    Time until{0};
    onebot::List all{};
  };
  kit::Recent<Known> groups_{kMostGroups};
};

}  // namespace feishu
