#include "bridge/journal/kept_roster.h"

#include <map>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using v11::RosterKey;
using v11::RosterRow;

namespace {

// Rows of one bot, in the order of the file.
using Found = std::map<std::pair<v11::Kind, std::pair<std::string, std::string>>, RosterRow>;

Found::key_type place_of(const RosterKey& key) { return {key.kind, {key.place, key.user}}; }

void apply(Found& found, const RosterChange& change, auto&& wanted) {
  const RosterKey& key = change.row.key;
  if (change.forgotten) {
    std::erase_if(found, [&key](const auto& one) { return v11::forgets(key, one.second.key); });
  } else if (wanted(key)) {
    const auto [place, added] = found.try_emplace(place_of(key), change.row);
    if (!added) v11::renew(place->second, change.row);
  }
}

}  // namespace

template <class Wanted>
std::vector<RosterRow> KeptRoster::now(Result<std::vector<RosterRow>> rows, Wanted wanted) const {
  Found found;
  if (!rows) layers_.tell(rows.error());
  for (RosterRow& row : rows ? *rows : std::vector<RosterRow>{}) found.emplace(place_of(row.key), std::move(row));
  const auto above = layers_.above();
  for (auto batch = above.rbegin(); batch != above.rend(); ++batch) {
    if (!*batch) continue;
    for (const RosterChange& change : (*batch)->roster()) apply(found, change, wanted);
  }
  std::vector<RosterRow> all;
  for (auto& [place, row] : found) all.push_back(std::move(row));
  return all;
}

std::optional<RosterRow> KeptRoster::find(const RosterKey& key) const {
  auto row = layers_.read(layers_.file.roster().find(key));
  std::vector<RosterRow> rows;
  if (row) rows.push_back(*std::move(row));
  rows = now(std::move(rows), [&key](const RosterKey& one) { return one == key; });
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<RosterRow> KeptRoster::places(std::string_view bot) const {
  return now(layers_.file.roster().places(bot),
             [bot](const RosterKey& key) { return key.bot == bot && key.user.empty() && key.kind != v11::Kind::user; });
}

std::vector<RosterRow> KeptRoster::people(const RosterKey& place) const {
  return now(layers_.file.roster().people(place), [&place](const RosterKey& key) {
    return key.bot == place.bot && key.kind == place.kind && key.place == place.place && !key.user.empty();
  });
}

void KeptRoster::put(const RosterRow& row) {
  layers_.pending.numbers.change({.row = row});
  layers_.changed();
}

void KeptRoster::forget(const RosterKey& key) {
  layers_.pending.numbers.change({.row = {.key = key}, .forgotten = true});
  layers_.changed();
}

}  // namespace bridge::journal
