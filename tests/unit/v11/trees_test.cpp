// Any JSON in any member of an event, and in any parameter of a request.

#include "tests/trees.h"

#include "onebot/json_write.h"
#include "onebot/v11/actions.h"
#include "onebot/v11/answers.h"
#include "onebot/v11/notices.h"
#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

using onebot::Fields;
using onebot::Value;
namespace json = onebot::json;
namespace v11 = onebot::v11;

namespace {

constexpr int kRounds = 3'000;

const trees::Words kWords{
    .names = {"type", "data", "text", "user_id", "group_id", "message_id", "file_id", "id", "content", "name", "7",
              "chat.url", "chat.user_name", "guild_id", "template_id", "messages", "message", "file", "qq"},
    .texts = {"text", "image", "mention", "reply", "chat.card", "at", "json", "node", "[CQ:at,qq=1]", "\b[", "1", "-1",
              "102000001", "217500001", "https://a/b", "bot", "guild_id", "base64://e30="}};

const std::vector<std::string> kMembers = {
    "message",       "user_id",    "group_id",        "guild_id",   "channel_id",       "operator_id", "message_id",
    "chat.username", "chat.roles", "after",           "emoji_type", "action",           "event_key",   "time",
    "chat.msg_idx",  "self",       "chat.request_id", "sub_type",   "chat.button_data", "id",          "chat.any"};

// A detail type that a row takes.
std::string detail_of(std::string_view pattern) {
  std::string detail(pattern);
  if (detail.starts_with("*.")) detail.replace(0, 1, "chat");
  if (detail.ends_with('*')) detail.back() = 'x';
  return detail;
}

std::string event(trees::Dice& dice) {
  static const std::vector<std::string> kTypes = {"message", "notice", "request"};
  static const std::vector<std::string> kChats = {"private", "group", "channel"};
  const auto rows = v11::notice_rows();
  const std::string type = dice.one_of(kTypes);
  const std::string detail = type == "message" ? dice.one_of(kChats) : detail_of(rows[dice.below(rows.size())].detail);
  Fields fields{{"id", "e"},
                {"time", 1'790'000'000.5},
                {"type", type},
                {"detail_type", detail},
                {"sub_type", ""},
                {"self", Fields{{"platform", "chat"}, {"user_id", "bot"}}},
                {"message", onebot::List{}},
                {"user_id", "u"},
                {"group_id", "g"},
                {"message_id", "m"}};
  for (std::size_t i = dice.below(5); i > 0; --i) set(fields, dice.one_of(kMembers), trees::make(dice, kWords));
  return json::write(fields);
}

constexpr std::array<std::string_view, 5> kActions = {"send_message", "delete_message", "get_group_member_info",
                                                      "chat.kick_group_member", "chat.any"};
constexpr std::array<std::string_view, 2> kSegments = {"chat.ark", "chat.markdown"};

}  // namespace

TEST_CASE("an event with any JSON in it becomes frames that no consumer breaks at") {  // O11-EVT-09, O11-RSP-03
  trees::Dice dice(11);
  const std::vector<v11::Options> modes = {
      {},
      {.ids = v11::Ids::string, .extended_notices = true},
      {.message_format = v11::MessageFormat::string, .interactions = v11::Interactions::message},
      {.channels = v11::Channels::guild, .extended_notices = true}};
  int frames = 0;
  for (int round = 0; round < kRounds; ++round) {
    rig::Bot bot(dice.one_of(modes));
    const std::string text = event(dice);
    CAPTURE(text);
    const auto document = json::Document::parse(text);
    REQUIRE(document);
    for (const std::string& frame : v11::frames_of(document->root(), bot.scope, 1).texts) {
      ++frames;
      const auto parsed = json::Document::parse(frame);
      REQUIRE(parsed);
      const json::View root = parsed->root();
      CHECK(root.at("time").integer());
      CHECK(root.at("self_id").integer() == rig::kSelf);
      const std::string_view type = root.at("post_type").str();
      CHECK((type == "message" || type == "notice" || type == "request"));
      CHECK(root.at("echo").is_missing());
      if (type != "message") continue;
      CHECK_FALSE(root.at("sender.nickname").str().empty());
      CHECK(root.at("raw_message").is_string());
      CHECK((root.at("message").is_string() || root.at("message").size() > 0));
    }
  }
  CHECK(frames > kRounds / 4);
}

TEST_CASE("a request with any JSON in it is asked for or refused, and the result told") {  // O11-RSP-04, O11-REQ-03
  trees::Dice dice(12);
  const auto rows = v11::action_rows();
  int asked = 0;
  for (int round = 0; round < kRounds; ++round) {
    rig::Bot bot;
    bot.in_group(R"({"type":"text","data":{"text":"hi"}})");
    const v11::Abilities abilities{.actions = kActions, .segments = kSegments};
    const v11::Here here{.scope = bot.scope, .abilities = abilities};
    Fields params{{"user_id", "u"}, {"group_id", bot.group("g")}, {"message", "hi"}, {"message_id", rig::kFirst}};
    for (std::size_t i = dice.below(4); i > 0; --i) {
      set(params, dice.one_of(kWords.names), trees::make(dice, kWords));
    }
    CAPTURE(json::write(params));
    const std::size_t which = dice.below(rows.size() + 1);
    const auto request = v11::request_of(which < rows.size() ? rows[which].name : "chat.any", params);
    const auto made = v11::ask_for(request, here);
    if (!made) {
      const int retcode = v11::retcode_of(made.error().code);
      CHECK((retcode == 1400 || retcode == 1404));
      continue;
    }
    ++asked;
    const auto answer = v11::answer_of(trees::make(dice, kWords), *made, here);
    CHECK(json::Document::parse(v11::write_answer(answer, {})));
  }
  CHECK(asked > kRounds / 4);
}
