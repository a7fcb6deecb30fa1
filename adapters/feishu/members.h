// Members: who is in which group, as the last list told: the platform has no call for one member, and an
// application that asks about everybody who speaks would read the whole list each time.

#pragma once

#include "adapters/kit/calls.h"
#include "adapters/kit/remembered.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

namespace feishu {

class Members final : public kit::RecentLists {
 public:
  using Time = std::chrono::milliseconds;
  static constexpr std::size_t kMostGroups = 50, kMostMembers = 2'000;  // larger groups are not kept

  const onebot::List* find(std::string_view group, Time now, std::chrono::seconds not_older) const override {
    const Known* known = groups_.find(group);
    return known && now < known->told_at + not_older ? &known->all : nullptr;
  }
  void keep(std::string_view group, const onebot::List& all, Time now) override {
    if (all.size() <= kMostMembers) groups_.set(group, {now, all});
  }
  void forget(std::string_view group) { groups_.forget(group); }

 private:
  struct Known {
    Time told_at{};
    onebot::List all{};
  };
  kit::Recent<Known> groups_{kMostGroups};
};

}  // namespace feishu
