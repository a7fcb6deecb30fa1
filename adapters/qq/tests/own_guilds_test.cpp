#include "adapters/qq/own_guilds.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

onebot::Event event(std::string id, std::string detail_type, std::string guild, std::string user) {
  return {.id = std::move(id),
          .type = "notice",
          .detail_type = std::move(detail_type),
          .self = {"qq", "B"},
          .fields = {{"guild_id", std::move(guild)}, {"user_id", std::move(user)}}};
}

}  // namespace

TEST_CASE("the bot's arrival in a guild is told once, though the platform has two names for it") {
  qq::OwnGuilds guilds;

  CHECK_FALSE(guilds.repeats(event("GUILD_CREATE:1", "guild_member_increase", "G", "B"), 0s));
  CHECK(guilds.repeats(event("GUILD_MEMBER_ADD:2", "guild_member_increase", "G", "B"), 59s));
  CHECK_FALSE(guilds.repeats(event("GUILD_MEMBER_ADD:3", "guild_member_increase", "G", "B"), 60s));
}

TEST_CASE("what is no repeat of an arrival is told: the same event again, another guild, a person, a departure") {
  qq::OwnGuilds guilds;
  guilds.repeats(event("1", "guild_member_increase", "G", "B"), 0s);

  CHECK_FALSE(guilds.repeats(event("1", "guild_member_increase", "G", "B"), 1s));
  CHECK_FALSE(guilds.repeats(event("2", "guild_member_increase", "H", "B"), 1s));
  CHECK_FALSE(guilds.repeats(event("3", "guild_member_increase", "G", "U"), 1s));
  CHECK_FALSE(guilds.repeats(event("4", "guild_member_increase", "G", "U"), 1s));
  CHECK_FALSE(guilds.repeats(event("5", "guild_member_decrease", "G", "B"), 1s));
}
