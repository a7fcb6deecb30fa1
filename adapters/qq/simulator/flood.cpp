// Platform, the part that makes events: one on demand, or many at a steady rate.

#include "adapters/qq/simulator/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::json::View;

constexpr std::chrono::milliseconds kTick{5};
constexpr std::int64_t kMostAtOnce = 20'000;
constexpr std::size_t kMostBytes = 64 << 10;
constexpr std::string_view kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68", kMember = "A0B1C2D3E4F5061728394A5B6C7D8E9F";

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
};

bool is_event_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

double double_param(const onebot::io::HttpRequest& request, std::string_view name, double fallback) {
  const auto text = onebot::io::query_param(request.query, name);
  double number = fallback;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return std::isfinite(number) ? number : fallback;
}

}  // namespace

onebot::Status Platform::play(View native) {
  const std::string name(native.at("t").str());
  if (!is_event_name(name)) {
    return onebot::fail(onebot::Retcode::bad_param, "\"t\" must be the name of an event, such as FRIEND_ADD");
  }
  if (native.at("d").is_missing()) return onebot::fail(onebot::Retcode::bad_param, "\"d\" is missing");
  ++events_;
  const double wall = loop_.wall();
  onebot::Value content = native.at("d").value();
  const auto* known = std::ranges::find(kAnswerable, name, &Answerable::name);
  if (auto* fields = std::get_if<Fields>(&content)) {
    const bool message = known != std::end(kAnswerable) && known->by_message;
    if (message && !onebot::find(*fields, "id")) {
      onebot::set(*fields, "id",
                  fmt::format("ROBOT1.0_sim{:x}.{:06}-heard!", static_cast<std::uint64_t>(wall * 1000), events_));
    }
    if (!onebot::find(*fields, "timestamp")) {
      onebot::set(*fields, "timestamp",
                  message ? onebot::Value(platform_time(wall)) : onebot::Value(static_cast<std::int64_t>(wall)));
    }
    const std::string id = native.at("id").text();
    const std::string frame_id =
        id.empty() ? fmt::format("{}:{:x}-{:06}", name, static_cast<std::uint64_t>(wall * 1000), events_) : id;
    if (known != std::end(kAnswerable)) {
      chats_.can_answer(message ? std::string(onebot::text_of(*fields, "id")) : frame_id,
                        native.at("d").at(known->chat).str(), known->scene);
      if (known->scene == Scene::group) {
        community_.meet(native.at("d").at(known->chat).str(), native.at("d").at(known->member).str());
      }
    }
    emit(name, frame_id, content);
    return {};
  }
  emit(name, native.at("id").text(), content);
  return {};
}

// count messages to a group, `rate` a second, each with about `bytes` of text: " flood 0 ....", " flood 1 ....".
onebot::io::HttpResponse Platform::flood(const Request& request) {
  const double count = double_param(request, "count", 1000), rate = double_param(request, "rate", 1000);
  const double bytes = double_param(request, "bytes", 100);
  if (count < 1 || count > 1e7 || rate <= 0 || bytes < 0 || bytes > static_cast<double>(kMostBytes)) {
    return refusal(400, 400, "count must be 1 to 10000000, rate above 0, bytes 0 to 65536");
  }
  floods_.push_back({static_cast<std::int64_t>(count), 0, rate, static_cast<std::size_t>(bytes), loop_.now()});
  if (!pouring_) pour();
  return {200, {{"Content-Type", "application/json"}}, "{}"};
}

void Platform::pour() {
  for (auto flood = floods_.begin(); flood != floods_.end();) {
    const double elapsed = std::chrono::duration<double>(loop_.now() - flood->since).count();
    const auto due = std::min(flood->count, static_cast<std::int64_t>(elapsed * flood->rate) + 1);
    for (std::int64_t left = kMostAtOnce; flood->sent < due && left > 0; --left) {
      const Fields message = flood_message(flood->sent++, flood->bytes);
      emit("GROUP_AT_MESSAGE_CREATE",
           fmt::format("GROUP_AT_MESSAGE_CREATE:flood-{:x}-{:08}", static_cast<std::uint64_t>(flood->since.count()),
                       events_),
           message);
    }
    flood = flood->sent == flood->count ? floods_.erase(flood) : std::next(flood);
  }
  pouring_ = floods_.empty() ? nullptr : loop_.after(kTick, [this] { pour(); });
}

Fields Platform::flood_message(std::int64_t number, std::size_t bytes) {
  ++events_;
  std::string text = fmt::format(" flood {} ", number);
  if (text.size() < bytes) text.append(bytes - text.size(), '.');
  const std::string id = fmt::format("ROBOT1.0_flood{:x}.{:08}!", static_cast<std::uint64_t>(loop_.wall()), events_);
  chats_.can_answer(id, kGroup, Scene::group);
  return {{"id", id},
          {"author", Fields{{"id", kMember},
                            {"member_openid", kMember},
                            {"member_role", "member"},
                            {"union_openid", ""},
                            {"username", "Lin"},
                            {"bot", false}}},
          {"content", std::move(text)},
          {"timestamp", platform_time(loop_.wall())},
          {"group_id", kGroup},
          {"group_openid", kGroup},
          {"message_type", 0}};
}

}  // namespace qq::simulator
