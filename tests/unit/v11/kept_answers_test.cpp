// Answers that are kept: how long, and what ends them before.

#include "onebot/v11/kept_answers.h"

#include "onebot/json_write.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace {

using namespace std::chrono_literals;
using onebot::Action;
using onebot::ActionResult;
using onebot::Fields;
using onebot::Retcode;
using onebot::v11::KeptAnswers;

constexpr std::string_view kBot = "chat/1", kOther = "chat/2";

Action members(std::string group) { return {"get_group_member_list", {{"group_id", std::move(group)}}}; }
const Action kLogin{"get_self_info", {}}, kFriends{"get_friend_list", {}}, kGroups{"get_group_list", {}};

struct Memory {
  void keep(const Action& question, const ActionResult& answer, std::string_view bot = kBot) {
    kept.keep(bot, question, answer, kept.changes(), now);
  }
  void keep(const Action& question) { keep(question, Fields{{"said", "so"}}); }
  bool has(const Action& question, bool anew = false, std::string_view bot = kBot) const {
    return kept.find(bot, question, anew, now).has_value();
  }
  void happens(std::string detail, Fields fields, std::string_view bot = kBot) {
    kept.on_event(bot, {.type = "notice", .detail_type = std::move(detail), .fields = std::move(fields)});
  }

  KeptAnswers kept{};
  std::chrono::milliseconds now{1h};
};

TEST_CASE("an answer holds for five minutes, for its bot and its parameters") {  // O11-ACT-21
  Memory memory;
  memory.keep(members("A"), Fields{{"members", 3}, {"name", "Lin"}});

  const auto found = memory.kept.find(kBot, members("A"), false, memory.now);
  REQUIRE(found);
  CHECK(onebot::json::write(**found) == R"({"members":3,"name":"Lin"})");
  CHECK_FALSE(memory.has(members("B")));
  CHECK_FALSE(memory.has(members("A"), false, kOther));
  memory.now += 5min - 1ms;
  CHECK(memory.has(members("A")));
  memory.now += 1ms;
  CHECK_FALSE(memory.has(members("A")));
}

TEST_CASE("who wants no old answer gets one of the last minute") {  // O11-ACT-21
  Memory memory;
  memory.keep(members("A"));
  memory.now += 1min - 1ms;
  CHECK(memory.has(members("A"), true));
  memory.now += 1ms;
  CHECK_FALSE(memory.has(members("A"), true));
  CHECK(memory.has(members("A")));
}

TEST_CASE("a refusal that would come again is kept with its words, what failed on the way is not") {
  Memory memory;
  memory.keep(members("A"), onebot::fail(Retcode::forbidden, "not for this bot"));
  for (const Retcode code : {Retcode::network_error, Retcode::rate_limited, Retcode::server_error,
                             Retcode::shutting_down, Retcode::credentials}) {
    memory.keep(members("B"), onebot::fail(code, "not now"));
  }

  const auto found = memory.kept.find(kBot, members("A"), false, memory.now);
  REQUIRE(found);
  REQUIRE_FALSE(*found);
  CHECK(found->error().code == Retcode::forbidden);
  CHECK(found->error().message == "not for this bot");
  CHECK_FALSE(memory.has(members("B")));
}

TEST_CASE("an event ends what it changes, and nothing else") {
  Memory memory;
  const Action channel{"get_channel_member_list", {{"guild_id", "1"}, {"channel_id", "2"}}};
  for (const Action& question : {members("A"), members("B"), channel, kLogin, kFriends, kGroups}) {
    memory.keep(question);
  }

  memory.happens("group_message_delete", {{"group_id", "A"}});
  memory.happens("chat.reaction_add", {{"guild_id", "1"}, {"channel_id", "2"}});
  memory.happens("group_member_increase", {{"group_id", "A"}}, kOther);
  memory.kept.on_event(kBot, {.type = "message", .detail_type = "group", .fields = {{"group_id", "A"}}});
  CHECK(memory.has(members("A")));
  CHECK(memory.has(channel));

  memory.happens("group_member_increase", {{"group_id", "A"}, {"user_id", "u"}});
  CHECK_FALSE(memory.has(members("A")));
  CHECK_FALSE(memory.has(kGroups));
  CHECK(memory.has(members("B")));

  memory.happens("chat.guild_member_update", {{"guild_id", "1"}});
  CHECK_FALSE(memory.has(channel));

  CHECK(memory.has(kFriends));
  memory.happens("friend_decrease", {{"user_id", "u"}});
  CHECK_FALSE(memory.has(kFriends));
  CHECK(memory.has(kLogin));
  CHECK(memory.has(members("B")));
}

TEST_CASE("an action that changes a place ends what is known of it; a question or a message does not") {
  Memory memory;
  for (const Action& question : {members("A"), members("B"), kGroups}) memory.keep(question);

  memory.kept.on_done(kBot, {"send_message", {{"group_id", "A"}}});
  memory.kept.on_done(kBot, {"chat.get_credits", {{"group_id", "A"}}});
  memory.kept.on_done(kBot, {"delete_message", {{"message_id", "m"}}});
  CHECK(memory.has(members("A")));

  memory.kept.on_done(kBot, {"chat.kick_group_member", {{"group_id", "A"}, {"user_id", "u"}}});
  CHECK_FALSE(memory.has(members("A")));
  CHECK_FALSE(memory.has(kGroups));
  CHECK(memory.has(members("B")));
}

TEST_CASE("an answer is not kept when something has changed since its question") {
  Memory memory;
  const auto before = memory.kept.changes();
  memory.happens("group_member_increase", {{"group_id", "A"}});
  memory.kept.keep(kBot, members("A"), Fields{}, before, memory.now);
  CHECK_FALSE(memory.has(members("A")));
}

TEST_CASE("the oldest give way to more, by number and by bytes") {
  Memory memory;
  for (std::size_t n = 0; n <= KeptAnswers::kMost; ++n) memory.keep(members(fmt::format("{}", n)));
  CHECK_FALSE(memory.has(members("0")));
  CHECK(memory.has(members("1")));

  memory.keep(members("large"), std::string(KeptAnswers::kMostBytes - 1'000, 'x'));
  CHECK_FALSE(memory.has(members("1")));
  CHECK(memory.has(members("large")));
  memory.keep(members("too large"), std::string(KeptAnswers::kMostBytes, 'x'));
  CHECK_FALSE(memory.has(members("too large")));
  memory.keep(members("A"));
  CHECK(memory.has(members("A")));
}

}  // namespace
