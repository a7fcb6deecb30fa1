#include "adapters/qq/simulator/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::Value;
using onebot::json::View;

// Events that can be answered, and where the chat's id is in them.
struct Answerable {
  std::string_view name{};
  Scene scene = Scene::user;
  bool by_message = false;
  std::string_view chat{};
  std::string_view member{};  // of a group
};
constexpr Answerable kAnswerable[] = {
    {"C2C_MESSAGE_CREATE", Scene::user, true, "author.user_openid"},
    {"GROUP_AT_MESSAGE_CREATE", Scene::group, true, "group_openid", "author.member_openid"},
    {"GROUP_MESSAGE_CREATE", Scene::group, true, "group_openid", "author.member_openid"},
    {"AT_MESSAGE_CREATE", Scene::channel, true, "channel_id"},
    {"MESSAGE_CREATE", Scene::channel, true, "channel_id"},
    {"DIRECT_MESSAGE_CREATE", Scene::dm, true, "guild_id"},
    {"FRIEND_ADD", Scene::user, false, "openid"},
    {"C2C_MSG_RECEIVE", Scene::user, false, "openid"},
    {"GROUP_ADD_ROBOT", Scene::group, false, "group_openid", "op_member_openid"},
    {"GROUP_MSG_RECEIVE", Scene::group, false, "group_openid", "op_member_openid"},
    {"GROUP_MEMBER_ADD", Scene::group, false, "group_openid", "member_openid"},
    {"INTERACTION_CREATE", Scene::group, false, "group_openid", "group_member_openid"},
    {"INTERACTION_CREATE", Scene::user, false, "user_openid"},
};
constexpr Answerable kOther{};

const Answerable& answerable(std::string_view name, View content) {
  const auto* found = std::ranges::find_if(
      kAnswerable, [&](const Answerable& row) { return row.name == name && !content.at(row.chat).str().empty(); });
  return found == std::end(kAnswerable) ? kOther : *found;
}

bool is_event_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

// What the platform would add: an id to a message, and the time to everything.
Fields completed(View content, const Answerable& known, double wall, std::int64_t number) {
  Fields fields = std::get<Fields>(content.value());
  if (known.by_message && !onebot::find(fields, "id")) {
    onebot::set(fields, "id",
                fmt::format("ROBOT1.0_sim{:x}.{:06}-heard!", static_cast<std::uint64_t>(wall * 1000), number));
  }
  if (!onebot::find(fields, "timestamp")) {
    onebot::set(fields, "timestamp",
                known.by_message ? Value(platform_time(wall)) : Value(static_cast<std::int64_t>(wall)));
  }
  return fields;
}

}  // namespace

onebot::Status Events::play(View native) {
  const std::string name(native.at("t").str());
  if (!is_event_name(name)) {
    return onebot::fail(onebot::Retcode::bad_param, "\"t\" must be the name of an event, such as FRIEND_ADD");
  }
  const View content = native.at("d");
  std::string id = native.at("id").text();
  if (content.is_missing()) return onebot::fail(onebot::Retcode::bad_param, "\"d\" is missing");
  if (!content.is_object()) {
    emit(name, id, content.value());
    return {};
  }
  const double wall = loop_.wall();
  const Answerable& known = answerable(name, content);
  const Fields fields = completed(content, known, wall, ++played_);
  if (id.empty()) id = fmt::format("{}:{:x}-{:06}", name, static_cast<std::uint64_t>(wall * 1000), played_);
  if (!known.name.empty()) {
    chats_.can_answer(known.by_message ? std::string(onebot::text_of(fields, "id")) : id, content.at(known.chat).str(),
                      known.scene);
  }
  const bool in_group = known.scene == Scene::group;
  community_.meet(content.at(in_group ? known.chat : "group_openid").str(),
                  content.at(in_group ? known.member : "member_openid").str());
  emit(name, id, fields);
  return {};
}

// Whoever identifies is sent its events there; a bot that has no session and an address, at that address.
void Events::emit(std::string_view name, const std::string& id, const Value& content) {
  if (gateway_.has_sessions() || pushes_.url().empty()) return gateway_.emit(name, id, content);
  pushes_.push(name, id, content);
}

}  // namespace qq::simulator
