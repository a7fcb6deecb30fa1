// What is learned of who is where, as events pass.

#include "bridge/onebot11/roster.h"

#include "tests/fakes.h"
#include "tests/fakes_numbers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace v11 = onebot::v11;
using bridge::onebot11::Roster;
using onebot::Event;
using onebot::Fields;
using onebot::List;
using v11::Kind;
using Names = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

struct Rig {
  fakes::Loop loop;
  fakes::RosterRows rows;
  Roster roster{loop, rows};

  void pass(std::string type, std::string detail, Fields fields) {
    roster.on_event("chat/1", Event{.time = loop.wall(),
                                    .type = std::move(type),
                                    .detail_type = std::move(detail),
                                    .self = {"chat", "bot"},
                                    .fields = std::move(fields)});
  }
  void say(std::string group, std::string user, Fields more = {}) {
    Fields fields{{"group_id", std::move(group)}, {"user_id", std::move(user)}};
    fields.insert(fields.end(), more.begin(), more.end());
    pass("message", "group", std::move(fields));
  }
  void notice(std::string detail, Fields fields) { pass("notice", std::move(detail), std::move(fields)); }
  Names in(std::string place, Kind kind = Kind::group) const {
    Names names;
    for (const auto& row : rows.people({"chat/1", kind, std::move(place), ""})) names.push_back(row.key.user);
    std::ranges::sort(names);
    return names;
  }
  Names places() const {
    Names names;
    for (const auto& row : rows.places("chat/1")) names.push_back(row.key.place);
    std::ranges::sort(names);
    return names;
  }
  v11::RosterRow row(std::string place, std::string user) const {
    const auto found = rows.find({"chat/1", Kind::group, std::move(place), std::move(user)});
    REQUIRE(found);
    return *found;
  }
};

}  // namespace

TEST_CASE("O11-STORE-06: whoever writes is known, where it was, and the bot is not") {
  Rig rig;
  rig.say("g", "a");
  rig.say("g", "b");
  rig.say("g", "c");
  rig.say("g", "bot");
  rig.say("h", "a");
  rig.pass("message", "private", {{"user_id", "p"}});
  rig.pass("message", "channel", {{"guild_id", "1"}, {"channel_id", "2"}, {"user_id", "u"}});

  CHECK(rig.in("g") == Names{"a", "b", "c"});
  CHECK(rig.in("h") == Names{"a"});
  CHECK(rig.in("", Kind::user) == Names{"p"});
  CHECK(rig.in("1/2", Kind::channel) == Names{"u"});
  CHECK(rig.places() == Names{"1/2", "g", "h"});
}

TEST_CASE("names, cards and roles are those that were told last") {
  Rig rig;
  rig.say("g", "a", {{"chat.username", "Ann"}, {"chat.member_role", "admin"}});
  CHECK(rig.row("g", "a").name == "Ann");
  CHECK(rig.row("g", "a").role == "admin");

  rig.say("g", "a", {{"chat.username", "Anna"}, {"chat.nick", "A."}, {"chat.roles", List{"1", "4"}}});
  rig.say("g", "a");

  CHECK(rig.row("g", "a").name == "Anna");
  CHECK(rig.row("g", "a").card == "A.");
  CHECK(rig.row("g", "a").role == "owner");
}

TEST_CASE("who was seen a moment ago is not written again, and later is") {
  Rig rig;
  rig.say("g", "a", {{"chat.username", "Ann"}});
  const int writes = rig.rows.writes;
  const auto first = rig.row("g", "a").first_seen;

  rig.say("g", "a", {{"chat.username", "Ann"}});
  rig.say("g", "a");
  CHECK(rig.rows.writes == writes);

  rig.loop.advance(Roster::kSeenAgain);
  rig.say("g", "a");
  CHECK(rig.rows.writes == writes + 2);  // the group, too
  CHECK(rig.row("g", "a").first_seen == first);
  CHECK(rig.row("g", "a").last_seen == first + 600);
}

TEST_CASE("joins and leaves change it, and who comes back at once is there again") {
  Rig rig;
  rig.say("g", "a");
  rig.notice("group_member_increase", {{"group_id", "g"}, {"user_id", "b"}});
  CHECK(rig.in("g") == Names{"a", "b"});

  rig.notice("group_member_decrease", {{"group_id", "g"}, {"user_id", "a"}});
  CHECK(rig.in("g") == Names{"b"});
  rig.say("g", "a");
  CHECK(rig.in("g") == Names{"a", "b"});

  rig.notice("group_member_decrease", {{"group_id", "g"}, {"user_id", ""}});
  CHECK(rig.in("g") == Names{"a", "b"});
}

TEST_CASE("a group that the bot joins is there, and one that it leaves is gone with its members") {
  Rig rig;
  rig.notice("group_member_increase", {{"group_id", "g"}, {"user_id", "bot"}});
  rig.say("h", "a");
  CHECK(rig.places() == Names{"g", "h"});
  CHECK(rig.in("g").empty());

  rig.notice("group_member_decrease", {{"group_id", "h"}, {"user_id", "bot"}});

  CHECK(rig.places() == Names{"g"});
  CHECK(rig.in("h").empty());
}

TEST_CASE("leaving a guild is leaving all of its channels, and no other guild's") {
  Rig rig;
  for (const char* guild : {"1", "12"}) {
    for (const char* user : {"a", "b"}) {
      rig.pass("message", "channel", {{"guild_id", guild}, {"channel_id", "2"}, {"user_id", user}});
    }
  }

  rig.notice("guild_member_decrease", {{"guild_id", "1"}, {"user_id", "a"}});
  CHECK(rig.in("1/2", Kind::channel) == Names{"b"});
  CHECK(rig.in("12/2", Kind::channel) == Names{"a", "b"});

  rig.notice("guild_member_decrease", {{"guild_id", "1"}, {"user_id", "bot"}});
  CHECK(rig.places() == Names{"12/2"});

  rig.notice("channel_delete", {{"guild_id", "12"}, {"channel_id", "2"}});
  CHECK(rig.places().empty());
}

TEST_CASE("friends come and go") {
  Rig rig;
  rig.notice("friend_increase", {{"user_id", "p"}, {"chat.user_name", "Pat"}});
  REQUIRE(rig.rows.find({"chat/1", Kind::user, "", "p"}));
  CHECK(rig.rows.find({"chat/1", Kind::user, "", "p"})->name == "Pat");

  rig.notice("friend_decrease", {{"user_id", "p"}});
  CHECK(rig.in("", Kind::user).empty());
}

TEST_CASE("what names nobody and nowhere changes nothing, and a time to come is not believed") {
  Rig rig;
  for (const char* type : {"message", "notice", "request", "meta"}) {
    for (const char* detail :
         {"group", "private", "group_member_increase", "guild_member_decrease", "friend_decrease"}) {
      rig.pass(type, detail, {});
    }
  }
  CHECK(rig.rows.writes == 0);

  rig.roster.on_event("chat/1", Event{.time = 1e300,
                                      .type = "message",
                                      .detail_type = "group",
                                      .self = {"chat", "bot"},
                                      .fields = {{"group_id", "g"}, {"user_id", "a"}}});
  CHECK(rig.row("g", "a").last_seen == static_cast<std::int64_t>(rig.loop.wall()));
}
