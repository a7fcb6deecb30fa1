#include "onebot/v11/roster.h"

#include "onebot/standard.h"
#include "onebot/v11/logged_event.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace onebot::v11 {
namespace {

// An event, and of which bot.
struct Passed {
  std::string_view bot{};
  const Event& event;
  std::int64_t at = 0;

  std::string_view text(std::string_view member) const { return text_of(event.fields, member); }
  std::string_view platform() const { return bot.substr(0, bot.find('/')); }
  std::string_view user() const { return text("user_id"); }
  bool of_self() const { return !user().empty() && user() == event.self.user_id; }

  // The text of the first of these extras that is there and not empty.
  std::string extra(std::string_view names) const {
    while (!names.empty()) {
      const Value* value = extra_value(take_word(names));
      const auto* found = value ? std::get_if<std::string>(value) : nullptr;
      if (found && !found->empty()) return *found;
    }
    return {};
  }
  const Value* extra_value(std::string_view name) const {
    const auto found = std::ranges::find_if(event.fields, [name](const Field& field) {
      return has_prefix(field.name) && without_prefix(field.name) == name;
    });
    return found == event.fields.end() ? nullptr : &found->value;
  }

  // The group or channel; nowhere when it names none.
  RosterKey place() const {
    if (!text("group_id").empty()) return {std::string(bot), Kind::group, std::string(text("group_id")), ""};
    const std::string_view channel = text("channel_id");
    if (channel.empty()) return {};
    return {std::string(bot), Kind::channel, channel_of(platform(), text("guild_id"), channel).id, ""};
  }
  RosterKey guild() const {
    const std::string_view id = text("guild_id");
    return id.empty() ? RosterKey() : RosterKey{std::string(bot), Kind::channel, std::string(id) + "/", ""};
  }
  RosterKey private_chat() const { return {std::string(bot), Kind::user, "", std::string(user())}; }
};

std::string role_in(const Passed& passed) {
  const std::string_view told = role_by_name(passed.extra("member_role"));
  if (!told.empty()) return std::string(told);
  const Value* roles = passed.extra_value("roles");
  const auto* list = roles ? std::get_if<List>(roles) : nullptr;
  if (!list) return {};
  std::vector<std::string> ids;
  for (const Value& role : *list) {
    if (const auto* id = std::get_if<std::string>(&role)) ids.push_back(*id);
  }
  return std::string(role_by_ids(ids));
}

RosterRow row(const Passed& passed, RosterKey key) {
  return {.key = std::move(key), .first_seen = passed.at, .last_seen = passed.at};
}

void see_place(RosterNews& news, const Passed& passed, const RosterKey& place) {
  RosterRow found = row(passed, place);
  found.name = passed.extra(place.kind == Kind::channel ? "channel_name" : "group_name");
  news.seen.push_back(std::move(found));
}

void see_person(RosterNews& news, const Passed& passed, RosterKey key) {
  const bool in_place = key.kind != Kind::user;
  RosterRow found = row(passed, std::move(key));
  found.name = passed.extra("username nick user_name");
  if (in_place) {
    found.card = passed.extra("nick");
    found.role = role_in(passed);
  }
  news.seen.push_back(std::move(found));
}

// Whoever wrote, or came: in a place, and there it is of the bot itself, too, that the place is known.
void here(RosterNews& news, const Passed& passed) {
  RosterKey place = passed.place();
  if (place.place.empty()) return;
  see_place(news, passed, place);
  if (passed.user().empty() || passed.of_self()) return;
  place.user = passed.user();
  see_person(news, passed, std::move(place));
}

void wrote(RosterNews& news, const Passed& passed) {
  if (!passed.place().place.empty()) return here(news, passed);
  if (!passed.user().empty() && !passed.of_self()) see_person(news, passed, passed.private_chat());
}

void left(RosterNews& news, const Passed& passed, RosterKey place) {
  if (place.place.empty() || passed.user().empty()) return;
  if (!passed.of_self()) place.user = passed.user();
  news.gone.push_back(std::move(place));
}

void left_place(RosterNews& news, const Passed& passed) { left(news, passed, passed.place()); }
void left_guild(RosterNews& news, const Passed& passed) { left(news, passed, passed.guild()); }

void place_gone(RosterNews& news, const Passed& passed) {
  if (RosterKey place = passed.place(); !place.place.empty()) news.gone.push_back(std::move(place));
}

void befriended(RosterNews& news, const Passed& passed) {
  if (!passed.user().empty() && !passed.of_self()) see_person(news, passed, passed.private_chat());
}

void no_friend(RosterNews& news, const Passed& passed) {
  if (!passed.user().empty()) news.gone.push_back(passed.private_chat());
}

struct Reader {
  std::string_view detail{};
  void (*read)(RosterNews&, const Passed&) = nullptr;
};

constexpr std::array kNotices = std::to_array<Reader>({{"group_member_increase", here},
                                                       {"group_member_decrease", left_place},
                                                       {"channel_member_increase", here},
                                                       {"channel_member_decrease", left_place},
                                                       {"guild_member_decrease", left_guild},
                                                       {"channel_create", here},
                                                       {"channel_delete", place_gone},
                                                       {"friend_increase", befriended},
                                                       {"friend_decrease", no_friend}});

}  // namespace

std::string_view role_by_name(std::string_view told) {
  constexpr std::array<std::string_view, 3> kRoles = {"owner", "admin", "member"};
  const auto* role = std::ranges::find(kRoles, told);
  return role == kRoles.end() ? std::string_view() : *role;
}

RosterNews roster_news(std::string_view bot, const Event& event, std::int64_t now) {
  RosterNews news;
  const double time = std::clamp(std::floor(event.time), 0.0, static_cast<double>(now));
  const Passed passed{bot, event, time > 0 ? static_cast<std::int64_t>(time) : now};
  if (event.type == "message") wrote(news, passed);
  if (event.type != "notice") return news;
  const auto* notice = std::ranges::find(kNotices, std::string_view(event.detail_type), &Reader::detail);
  if (notice != kNotices.end()) notice->read(news, passed);
  return news;
}

}  // namespace onebot::v11
