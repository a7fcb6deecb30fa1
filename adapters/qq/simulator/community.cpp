#include "adapters/qq/simulator/community.h"

#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Value;
using onebot::io::HttpRequest;
using onebot::json::Document;

constexpr Refusal kNoGuild{400, 10004, "there is no such guild"};
constexpr Refusal kNoChannel{400, 10003, "there is no such channel"};
constexpr Refusal kNoMember{400, 10001, "there is no such member"};
constexpr Refusal kNoGroup{400, 40034101, "the bot is not in that group"};
constexpr Refusal kBadBody{400, 50037, "the body is not understood"};
constexpr std::size_t kMostGroups = 10'000, kMostMembers = 1'000, kMostReactions = 1'000;

// What stands where the pattern has "*"; nullopt: another path.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string_view> words;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    const std::string_view word = path.substr(0, path.find('/'));
    if (wanted == "*" && !word.empty())
      words.push_back(word);
    else if (wanted != word)
      return std::nullopt;
    pattern.remove_prefix(std::min(pattern.size(), wanted.size() + 1));
    path.remove_prefix(std::min(path.size(), word.size() + 1));
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return words;
}

std::string after_of(const HttpRequest& request) {
  return onebot::io::query_param(request.query, "after").value_or("0");
}

Fields group_member(std::string_view openid) {
  return {{"member_openid", openid}, {"username", "Lin"}, {"member_role", "member"}, {"joined_at", 1790000000}};
}

}  // namespace

const Community::Route Community::kRoutes[] = {
    {"GET", "users/@me/guilds", &Community::list_guilds},
    {"POST", "users/@me/dms", &Community::open_dm},
    {"GET", "guilds/*", &Community::show_guild},
    {"GET", "guilds/*/channels", &Community::list_channels},
    {"GET", "guilds/*/members", &Community::list_members},
    {"GET", "guilds/*/members/*", &Community::show_member},
    {"DELETE", "guilds/*/members/*", &Community::remove_member},
    {"PATCH", "guilds/*/mute", &Community::done_in_guild},
    {"PATCH", "guilds/*/members/*/mute", &Community::done_in_guild},
    {"GET", "channels/*", &Community::show_channel},
    {"PATCH", "channels/*", &Community::rename_channel},
    {"PUT", "channels/*/messages/*/reactions/*/*", &Community::react},
    {"DELETE", "channels/*/messages/*/reactions/*/*", &Community::react},
    {"PUT", "interactions/*", &Community::acknowledge},
    {"GET", "v2/groups/*/info", &Community::show_group},
    {"GET", "v2/groups/*/bot_state", &Community::show_bot_state},
    {"GET", "v2/groups/*/members", &Community::list_group_members},
    {"GET", "v2/groups/*/members/*", &Community::show_group_member},
    {"POST", "v2/groups/*/restrict_chat_setting", &Community::done_in_group},
    {"POST", "v2/groups/*/batch_remove_members", &Community::done_in_group},
    {"POST", "v2/groups/*/approval_join_request/*", &Community::done_in_group},
};

Community::Community(std::string bot_id) : bot_id_(std::move(bot_id)) {
  const std::vector<Person> people = {{"12876043318290471155", "Amy", "Amy of the guild"},
                                      {"13901128847261550043", "Bao", ""},
                                      {"14557290183364429871", "Chen", "cc"},
                                      {bot_id_, "SimulatedBot", ""}};
  guilds_ = {{"4512783600129038475", "Hikers", {{"98234017", "paths"}, {"98234018", "weather"}}, people},
             {"9238471650012837465", "Readers", {{"77120456", "books"}, {"77120457", "talk"}}, people}};
}

std::optional<Community::Answer> Community::answer(const HttpRequest& request) {
  std::string_view path = request.url;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  for (const Route& route : kRoutes) {
    if (route.method != request.method) continue;
    if (const auto words = match(route.path, path)) return (this->*route.answer)(*words, request);
  }
  return std::nullopt;
}

void Community::meet(std::string_view group, std::string_view member) {
  if (group.empty() || groups_.size() >= kMostGroups) return;
  std::vector<std::string>& members = groups_[std::string(group)];
  if (member.empty() || members.size() >= kMostMembers || std::ranges::find(members, member) != members.end()) return;
  members.emplace_back(member);
}

Community::Guild* Community::guild(std::string_view id) {
  const auto found = std::ranges::find(guilds_, id, &Guild::id);
  return found == guilds_.end() ? nullptr : &*found;
}

Community::Channel* Community::channel(std::string_view id, const Guild** of) {
  for (Guild& each : guilds_) {
    const auto found = std::ranges::find(each.channels, id, &Channel::id);
    if (found == each.channels.end()) continue;
    if (of) *of = &each;
    return &*found;
  }
  return nullptr;
}

// --- guilds ---

Community::Answer Community::list_guilds(const Words&, const HttpRequest& request) {
  const std::string after = after_of(request);
  auto from = guilds_.begin();
  if (after != "0") from = std::ranges::find(guilds_, after, &Guild::id);
  if (from != guilds_.end() && after != "0") ++from;
  List list;
  for (; from != guilds_.end(); ++from) list.push_back(Fields{{"id", from->id}, {"name", from->name}});
  return list;
}

Community::Answer Community::show_guild(const Words& words, const HttpRequest&) {
  const Guild* found = guild(words[0]);
  if (!found) return std::unexpected(kNoGuild);
  return Fields{{"id", found->id}, {"name", found->name}, {"owner_id", found->members.front().id}};
}

Community::Answer Community::list_channels(const Words& words, const HttpRequest&) {
  const Guild* found = guild(words[0]);
  if (!found) return std::unexpected(kNoGuild);
  List list;
  for (const Channel& each : found->channels) {
    list.push_back(Fields{{"id", each.id}, {"guild_id", found->id}, {"name", each.name}, {"type", 0}});
  }
  return list;
}

Community::Answer Community::list_members(const Words& words, const HttpRequest& request) {
  const Guild* found = guild(words[0]);
  if (!found) return std::unexpected(kNoGuild);
  if (after_of(request) != "0") return List{};
  List list;
  for (const Person& each : found->members) {
    list.push_back(Fields{{"user", Fields{{"id", each.id}, {"username", each.name}}}, {"nick", each.nick}});
  }
  return list;
}

Community::Answer Community::show_member(const Words& words, const HttpRequest&) {
  const Guild* found = guild(words[0]);
  if (!found) return std::unexpected(kNoGuild);
  const auto member = std::ranges::find(found->members, words[1], &Person::id);
  if (member == found->members.end()) return std::unexpected(kNoMember);
  return Fields{{"user", Fields{{"id", member->id}, {"username", member->name}}}, {"nick", member->nick}};
}

Community::Answer Community::remove_member(const Words& words, const HttpRequest&) {
  Guild* found = guild(words[0]);
  if (!found) return std::unexpected(kNoGuild);
  return std::erase_if(found->members, [&](const Person& one) { return one.id == words[1]; }) > 0
             ? Answer(Value())
             : std::unexpected(kNoMember);
}

Community::Answer Community::show_channel(const Words& words, const HttpRequest&) {
  const Guild* of = nullptr;
  const Channel* found = channel(words[0], &of);
  if (!found) return std::unexpected(kNoChannel);
  return Fields{{"id", found->id}, {"guild_id", of->id}, {"name", found->name}, {"type", 0}};
}

Community::Answer Community::rename_channel(const Words& words, const HttpRequest& request) {
  Channel* found = channel(words[0]);
  if (!found) return std::unexpected(kNoChannel);
  const auto body = Document::parse(request.body);
  const std::string name = body ? body->root().at("name").text() : std::string();
  if (name.empty()) return std::unexpected(kBadBody);
  found->name = name;
  return show_channel(words, request);
}

// A direct message is a guild of its own, made anew for each who is written to.
Community::Answer Community::open_dm(const Words&, const HttpRequest& request) {
  const auto body = Document::parse(request.body);
  if (!body) return std::unexpected(kBadBody);
  const std::string recipient = body->root().at("recipient_id").text();
  const Guild* source = guild(body->root().at("source_guild_id").text());
  if (!source) return std::unexpected(kNoGuild);
  if (std::ranges::find(source->members, recipient, &Person::id) == source->members.end()) {
    return std::unexpected(kNoMember);
  }
  return Fields{{"guild_id", "9" + recipient.substr(0, 18)},
                {"channel_id", "8" + recipient.substr(0, 8)},
                {"create_time", "1790000000"}};
}

Community::Answer Community::react(const Words& words, const HttpRequest& request) {
  if (!channel(words[0])) return std::unexpected(kNoChannel);
  const std::pair<std::string, std::string> left(words[1], fmt::format("{}/{}", words[2], words[3]));
  std::erase(reactions_, left);
  if (request.method == "PUT" && reactions_.size() < kMostReactions) reactions_.push_back(left);
  return Value();
}

List Community::reactions() const {
  List list;
  for (const auto& [message, emoji] : reactions_) list.push_back(Fields{{"message_id", message}, {"emoji", emoji}});
  return list;
}

Community::Answer Community::done_in_guild(const Words& words, const HttpRequest&) {
  return guild(words[0]) ? Answer(Value()) : std::unexpected(kNoGuild);
}

Community::Answer Community::acknowledge(const Words& words, const HttpRequest& request) {
  const auto body = onebot::json::Document::parse(request.body);
  const auto code = body ? body->root().at("code").integer() : std::nullopt;
  if (!code) return std::unexpected(kBadBody);
  if (acknowledged_.size() == kMostReactions) acknowledged_.erase(acknowledged_.begin());
  acknowledged_.emplace_back(words[0], *code);
  return Value();
}

List Community::acknowledged() const {
  List list;
  for (const auto& [id, code] : acknowledged_) list.push_back(Fields{{"interaction_id", id}, {"code", code}});
  return list;
}

// --- groups ---

Community::Answer Community::show_group(const Words& words, const HttpRequest&) {
  const auto found = groups_.find(words[0]);
  if (found == groups_.end()) return std::unexpected(kNoGroup);
  return Fields{{"group_openid", found->first},
                {"group_name", "Simulated group"},
                {"group_member_num", static_cast<std::int64_t>(found->second.size() + 1)}};
}

Community::Answer Community::show_bot_state(const Words& words, const HttpRequest&) {
  if (!groups_.contains(words[0])) return std::unexpected(kNoGroup);
  return Fields{{"member_openid", "B07B07B07B07B07B07B07B07B07B07B0"},
                {"joined_at", 1790000000},
                {"allow_proactive_msg", true},
                {"recv_msg_setting", "only_mention"},
                {"member_role", "member"}};
}

Community::Answer Community::list_group_members(const Words& words, const HttpRequest&) {
  const auto found = groups_.find(words[0]);
  if (found == groups_.end()) return std::unexpected(kNoGroup);
  List list;
  for (const std::string& openid : found->second) list.push_back(group_member(openid));
  return Fields{{"members", std::move(list)}, {"next_cursor", ""}};
}

Community::Answer Community::show_group_member(const Words& words, const HttpRequest&) {
  const auto found = groups_.find(words[0]);
  if (found == groups_.end()) return std::unexpected(kNoGroup);
  if (std::ranges::find(found->second, words[1]) == found->second.end()) return std::unexpected(kNoMember);
  return group_member(words[1]);
}

Community::Answer Community::done_in_group(const Words& words, const HttpRequest& request) {
  if (!groups_.contains(words[0])) return std::unexpected(kNoGroup);
  if (request.url.ends_with("/batch_remove_members")) return Fields{{"remove_members_result", "success"}};
  return Value();
}

}  // namespace qq::simulator
