#include "adapters/qq/own_guilds.h"

#include <fmt/format.h>

namespace qq {

bool OwnGuilds::repeats(const onebot::Event& event, std::chrono::milliseconds now) {
  const bool presence = event.detail_type == "guild_member_increase" || event.detail_type == "guild_member_decrease";
  const std::string_view who = onebot::text_of(event.fields, "user_id");
  if (!presence || who.empty() || who != event.self.user_id) return false;
  std::erase_if(told_, [now](const auto& one) { return one.second.at + kSpan <= now; });
  const std::string key = fmt::format("{}/{}", event.detail_type, onebot::text_of(event.fields, "guild_id"));
  if (const auto found = told_.find(key); found != told_.end()) return found->second.id != event.id;
  if (told_.size() < kMost) told_[key] = {event.id, now};
  return false;
}

}  // namespace qq
