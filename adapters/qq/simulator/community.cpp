#include "adapters/qq/simulator/community.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using kit::simulator::told;
using onebot::Fields;
using onebot::List;

constexpr Refusal kNoGuild{400, 10004, "there is no such guild"};
constexpr Refusal kNoChannel{400, 10003, "there is no such channel"};
constexpr Refusal kNoMember{400, 10001, "there is no such member"};
constexpr Refusal kNoGroup{400, 40034101, "the bot is not in that group"};
constexpr std::size_t kMostGroups = 10'000, kMostMembers = 1'000, kMostReactions = 1'000;

// Where the page begins; "" = with the first.
std::string after_of(const Call& call) {
  const std::string after = call.query("after");
  return after == "0" ? std::string() : after;
}

Fields group_member(std::string_view openid) {
  return {{"member_openid", openid}, {"username", "Lin"}, {"member_role", "member"}, {"joined_at", 1790000000}};
}

}  // namespace

Community::Community(std::string bot_id) : bot_id_(std::move(bot_id)) {
  const std::vector<Person> people = {{"12876043318290471155", "Amy", "Amy of the guild"},
                                      {"13901128847261550043", "Bao", ""},
                                      {"14557290183364429871", "Chen", "cc"},
                                      {bot_id_, "SimulatedBot", ""}};
  guilds_ = {{"4512783600129038475", "Hikers", {{"98234017", "paths"}, {"98234018", "weather"}}, people},
             {"9238471650012837465", "Readers", {{"77120456", "books"}, {"77120457", "talk"}}, people}};
}

void Community::add_to(kit::simulator::Routes& routes) {
  routes.add(*this,
             {
                 {"GET", "/users/@me/guilds", &Community::list_guilds},
                 {"POST", "/users/@me/dms", &Community::open_dm},
                 {"GET", "/guilds/{guild}", &Community::show_guild},
                 {"GET", "/guilds/{guild}/channels", &Community::list_channels},
                 {"GET", "/guilds/{guild}/members", &Community::list_members},
                 {"GET", "/guilds/{guild}/members/{member}", &Community::show_member},
                 {"DELETE", "/guilds/{guild}/members/{member}", &Community::remove_member},
                 {"PATCH", "/guilds/{guild}/mute", &Community::done_in_guild},
                 {"PATCH", "/guilds/{guild}/members/{member}/mute", &Community::done_in_guild},
                 {"GET", "/channels/{channel}", &Community::show_channel},
                 {"PATCH", "/channels/{channel}", &Community::rename_channel},
                 {"PUT", "/channels/{channel}/messages/{message}/reactions/{type}/{emoji}", &Community::react},
                 {"DELETE", "/channels/{channel}/messages/{message}/reactions/{type}/{emoji}", &Community::react},
                 {"PUT", "/interactions/{interaction}", &Community::acknowledge},
                 {"GET", "/v2/groups/{group}/info", &Community::show_group},
                 {"GET", "/v2/groups/{group}/bot_state", &Community::show_bot_state},
                 {"GET", "/v2/groups/{group}/members", &Community::list_group_members},
                 {"GET", "/v2/groups/{group}/members/{member}", &Community::show_group_member},
                 {"POST", "/v2/groups/{group}/restrict_chat_setting", &Community::done_in_group},
                 {"POST", "/v2/groups/{group}/batch_remove_members", &Community::done_in_group},
                 {"POST", "/v2/groups/{group}/approval_join_request/{request}", &Community::done_in_group},
             });
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

Reply Community::list_guilds(const Call& call) {
  const std::string after = after_of(call);
  auto from = after.empty() ? guilds_.begin() : std::ranges::find(guilds_, after, &Guild::id);
  if (from != guilds_.end() && !after.empty()) ++from;
  List list;
  for (; from != guilds_.end(); ++from) list.push_back(Fields{{"id", from->id}, {"name", from->name}});
  return told(std::move(list));
}

Reply Community::show_guild(const Call& call) {
  const Guild* found = guild(call.id("guild"));
  if (!found) return refused(kNoGuild);
  return told(Fields{{"id", found->id}, {"name", found->name}, {"owner_id", found->members.front().id}});
}

Reply Community::list_channels(const Call& call) {
  const Guild* found = guild(call.id("guild"));
  if (!found) return refused(kNoGuild);
  List list;
  for (const Channel& each : found->channels) {
    list.push_back(Fields{{"id", each.id}, {"guild_id", found->id}, {"name", each.name}, {"type", 0}});
  }
  return told(std::move(list));
}

Reply Community::list_members(const Call& call) {
  const Guild* found = guild(call.id("guild"));
  if (!found) return refused(kNoGuild);
  if (!after_of(call).empty()) return told(List{});
  List list;
  for (const Person& each : found->members) {
    list.push_back(Fields{{"user", Fields{{"id", each.id}, {"username", each.name}}}, {"nick", each.nick}});
  }
  return told(std::move(list));
}

Reply Community::show_member(const Call& call) {
  const Guild* found = guild(call.id("guild"));
  if (!found) return refused(kNoGuild);
  const auto member = std::ranges::find(found->members, call.id("member"), &Person::id);
  if (member == found->members.end()) return refused(kNoMember);
  return told(Fields{{"user", Fields{{"id", member->id}, {"username", member->name}}}, {"nick", member->nick}});
}

Reply Community::remove_member(const Call& call) {
  Guild* found = guild(call.id("guild"));
  if (!found) return refused(kNoGuild);
  return std::erase_if(found->members, [&](const Person& one) { return one.id == call.id("member"); }) > 0
             ? told({})
             : refused(kNoMember);
}

Reply Community::show_channel(const Call& call) {
  const Guild* of = nullptr;
  const Channel* found = channel(call.id("channel"), &of);
  if (!found) return refused(kNoChannel);
  return told(Fields{{"id", found->id}, {"guild_id", of->id}, {"name", found->name}, {"type", 0}});
}

Reply Community::rename_channel(const Call& call) {
  Channel* found = channel(call.id("channel"));
  if (!found) return refused(kNoChannel);
  const std::string name = call.body.at("name").text();
  if (name.empty()) return refused(kBadBody);
  found->name = name;
  return show_channel(call);
}

// A direct message is a guild of its own, made anew for each who is written to.
Reply Community::open_dm(const Call& call) {
  if (!call.unreadable.empty()) return refused(kBadBody);
  const std::string recipient = call.body.at("recipient_id").text();
  const Guild* source = guild(call.body.at("source_guild_id").text());
  if (!source) return refused(kNoGuild);
  if (std::ranges::find(source->members, recipient, &Person::id) == source->members.end()) {
    return refused(kNoMember);
  }
  return told(Fields{{"guild_id", "9" + recipient.substr(0, 18)},
                     {"channel_id", "8" + recipient.substr(0, 8)},
                     {"create_time", "1790000000"}});
}

Reply Community::react(const Call& call) {
  if (!channel(call.id("channel"))) return refused(kNoChannel);
  const std::pair<std::string, std::string> left(call.id("message"),
                                                 fmt::format("{}/{}", call.id("type"), call.id("emoji")));
  std::erase(reactions_, left);
  if (call.request.method == "PUT" && reactions_.size() < kMostReactions) reactions_.push_back(left);
  return told({});
}

List Community::reactions() const {
  List list;
  for (const auto& [message, emoji] : reactions_) list.push_back(Fields{{"message_id", message}, {"emoji", emoji}});
  return list;
}

Reply Community::done_in_guild(const Call& call) { return guild(call.id("guild")) ? told({}) : refused(kNoGuild); }

Reply Community::acknowledge(const Call& call) {
  const auto code = call.body.at("code").integer();
  if (!code) return refused(kBadBody);
  if (acknowledged_.size() == kMostReactions) acknowledged_.erase(acknowledged_.begin());
  Fields told_of{{"interaction_id", call.id("interaction")}, {"code", *code}};
  if (const auto data = call.body.at("data"); data.is_object()) told_of.push_back({"data", data.value()});
  acknowledged_.emplace_back(std::move(told_of));
  return told({});
}

List Community::acknowledged() const { return acknowledged_; }

// --- groups ---

Reply Community::show_group(const Call& call) {
  const auto found = groups_.find(call.id("group"));
  if (found == groups_.end()) return refused(kNoGroup);
  return told(Fields{{"group_openid", found->first},
                     {"group_name", "Simulated group"},
                     {"group_member_num", static_cast<std::int64_t>(found->second.size() + 1)}});
}

Reply Community::show_bot_state(const Call& call) {
  if (!groups_.contains(call.id("group"))) return refused(kNoGroup);
  return told(Fields{{"member_openid", "B07B07B07B07B07B07B07B07B07B07B0"},
                     {"joined_at", 1790000000},
                     {"allow_proactive_msg", true},
                     {"recv_msg_setting", "only_mention"},
                     {"member_role", "member"}});
}

Reply Community::list_group_members(const Call& call) {
  const auto found = groups_.find(call.id("group"));
  if (found == groups_.end()) return refused(kNoGroup);
  List list;
  for (const std::string& openid : found->second) list.push_back(group_member(openid));
  return told(Fields{{"members", std::move(list)}, {"next_cursor", ""}});
}

Reply Community::show_group_member(const Call& call) {
  const auto found = groups_.find(call.id("group"));
  if (found == groups_.end()) return refused(kNoGroup);
  if (std::ranges::find(found->second, call.id("member")) == found->second.end()) return refused(kNoMember);
  return told(group_member(call.id("member")));
}

Reply Community::done_in_group(const Call& call) {
  if (!groups_.contains(call.id("group"))) return refused(kNoGroup);
  if (call.request.url.ends_with("/batch_remove_members")) return told(Fields{{"remove_members_result", "success"}});
  return told({});
}

}  // namespace qq::simulator
