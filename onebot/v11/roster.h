// Roster: what events say of who is where, for platforms that do not list it. Pure.
//
//   a message            its place, and who wrote it there; or who wrote in private
//   joins, leaves        a member, or when it is the bot itself the place with everybody in it
//   new, gone friends    a private chat

#pragma once

#include "onebot/event.h"
#include "onebot/v11/rows.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11 {

struct RosterNews {
  std::vector<RosterRow> seen{};
  std::vector<RosterKey> gone{};  // before anything is seen
};

// bot: "platform/app_id". now: seconds since the epoch; what is later is not believed.
RosterNews roster_news(std::string_view bot, const Event& event, std::int64_t now);

// "owner", "admin" or "member", by what a platform calls it ("" for what is neither), or by the roles of a guild.
std::string_view role_by_name(std::string_view told);
template <class Roles>
std::string_view role_by_ids(const Roles& ids) {
  std::string_view role = "member";
  for (const auto& id : ids) {
    if (id == "4") return "owner";
    if (id == "2") role = "admin";
  }
  return role;
}

}  // namespace onebot::v11
