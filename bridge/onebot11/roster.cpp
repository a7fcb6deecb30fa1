#include "bridge/onebot11/roster.h"

#include "onebot/v11/roster.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace bridge::onebot11 {

namespace v11 = onebot::v11;

namespace {

constexpr std::size_t kRecent = 50'000, kRecentBytes = 8 << 20;

std::string name_of(const v11::RosterKey& key) {
  return fmt::format("{}\n{}\n{}\n{}", key.bot, static_cast<int>(key.kind), key.place, key.user);
}

// Whether nothing new is told.
bool says_nothing_new(std::string_view told, std::string_view known) { return told.empty() || told == known; }

}  // namespace

Roster::Roster(onebot::io::Loop& loop, v11::RosterRows& rows) : loop_(loop), rows_(rows) {}

Roster::Recent Roster::nobody() { return {kRecent, kRecentBytes}; }

void Roster::on_event(std::string_view bot, const onebot::Event& event) {
  const v11::RosterNews news = v11::roster_news(bot, event, static_cast<std::int64_t>(loop_.wall()));
  for (const v11::RosterKey& key : news.gone) rows_.forget(key);
  if (!news.gone.empty()) recent_ = nobody();  // who comes back is put again
  for (const v11::RosterRow& row : news.seen) see(row);
}

void Roster::see(const v11::RosterRow& row) {
  std::string name = name_of(row.key);
  Put put{row.name, row.card, row.role, loop_.now()};
  if (const Put* last = recent_.find(name)) {
    const bool known = says_nothing_new(row.name, last->name) && says_nothing_new(row.card, last->card) &&
                       says_nothing_new(row.role, last->role);
    if (known && loop_.now() - last->at < kSeenAgain) return;
    if (put.name.empty()) put.name = last->name;
    if (put.card.empty()) put.card = last->card;
    if (put.role.empty()) put.role = last->role;
  }
  rows_.put(row);
  const std::size_t bytes = name.size() + put.name.size() + put.card.size() + put.role.size();
  recent_.put(name, std::move(put), bytes);
}

}  // namespace bridge::onebot11
