// Members: who is in which group, as the last list told: the platform has no call for one member, and an
// application that asks about everybody who speaks would read the whole list each time. The lists also tell which bot
// an app is: some calls name other bots by their apps.

#pragma once

#include "adapters/kit/calls.h"
#include "adapters/kit/remembered.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace feishu {

// Under which lists of members tell the app of a bot.
inline constexpr std::string_view kAppField = "feishu.app_id";

class Members final : public kit::RecentLists {
 public:
  using Time = std::chrono::milliseconds;
  static constexpr std::size_t kMostGroups = 50, kMostMembers = 2'000;  // larger groups are not kept

  const onebot::List* find(std::string_view group, Time now, std::chrono::seconds not_older) const override {
    const Known* known = groups_.find(group);
    return known && now < known->told_at + not_older ? &known->all : nullptr;
  }
  void keep(std::string_view group, const onebot::List& all, Time now) override {
    for (const onebot::Value& member : all) learn_bot(std::get<onebot::Fields>(member));
    if (all.size() <= kMostMembers) groups_.set(group, {now, all});
  }
  // The id under which applications know the bot of this app; nullptr: no list has told.
  const std::string* bot_of(std::string_view app_id) const { return bots_.find(app_id); }
  void forget(std::string_view group) { groups_.forget(group); }

 private:
  struct Known {
    Time told_at{};
    onebot::List all{};
  };
  void learn_bot(const onebot::Fields& member) {
    const std::string_view app = onebot::text_of(member, kAppField);
    if (!app.empty()) bots_.set(app, std::string(onebot::text_of(member, "user_id")));
  }

  kit::Recent<Known> groups_{kMostGroups};
  kit::Recent<std::string> bots_{kMostMembers};  // by their apps
};

}  // namespace feishu
