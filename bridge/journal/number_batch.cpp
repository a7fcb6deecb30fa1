#include "bridge/journal/number_batch.h"

#include <iterator>
#include <utility>

namespace bridge::journal {
namespace {

constexpr std::size_t kEntry = 192;  // bytes of bookkeeping per row, with its way back

const auto* found(const auto& map, const auto& key) {
  const auto place = map.find(key);
  return place == map.end() ? nullptr : &place->second;
}

std::optional<v11::Number> number_in(const auto& map, const auto& key) {
  const auto* number = found(map, key);
  return number ? std::optional(*number) : std::nullopt;
}

std::size_t bytes_of(const v11::TokenRow& row) { return row.token.size() + row.bot.size() + row.file_id.size(); }

std::size_t bytes_of(const v11::RosterRow& row) {
  const v11::RosterKey& key = row.key;
  return key.bot.size() + key.place.size() + key.user.size() + row.name.size() + row.card.size() + row.role.size();
}

}  // namespace

std::size_t bytes_of(const v11::Native& native) { return native.platform.size() + native.id.size(); }

std::size_t bytes_of(const v11::MessageRow& row) {
  return row.bot.size() + row.native.size() + row.chat.size() + row.sender.size() + row.body.size();
}

void NumberBatch::put(const v11::IdRow& row) {
  const auto [place, added] = rows_.try_emplace(row.native);
  if (added) bytes_ += kEntry + 3 * bytes_of(row.native);
  bytes_ += row.name.size();
  bytes_ -= place->second.name.size();
  place->second = row;
  owners_[{space_of(row.native.kind), row.number}] = row.native;
}

void NumberBatch::put_alias(const v11::Native& native, v11::Number number) {
  bytes_ += kEntry + 2 * bytes_of(native);
  aliases_.emplace(native, number);
  named_.try_emplace({space_of(native.kind), number}, native);
}

void NumberBatch::put(const v11::MessageRow& row) {
  const auto [place, added] = messages_.try_emplace(row.number);
  if (added) bytes_ += kEntry;
  bytes_ += bytes_of(row);
  bytes_ -= bytes_of(place->second);
  place->second = row;
  if (row.native.empty()) return;
  if (message_numbers_.insert_or_assign({row.bot, row.native}, row.number).second) {
    bytes_ += row.bot.size() + row.native.size();
  }
}

void NumberBatch::put_alias(std::string_view bot, std::string_view alias, v11::Number number) {
  const auto [place, added] = message_aliases_.insert_or_assign({std::string(bot), std::string(alias)}, number);
  if (added) bytes_ += kEntry + bot.size() + alias.size();
}

void NumberBatch::put(const v11::TokenRow& row) {
  const auto [place, added] = tokens_.try_emplace(row.token);
  bytes_ += added ? kEntry + row.token.size() : 0;
  bytes_ += bytes_of(row);
  bytes_ -= bytes_of(place->second);
  place->second = row;
}

void NumberBatch::change(RosterChange change) {
  bytes_ += kEntry + bytes_of(change.row);
  roster_.push_back(std::move(change));
}

void NumberBatch::follow_with(const NumberBatch& newer) {
  for (const auto& [native, row] : newer.rows_) put(row);
  for (const auto& [native, number] : newer.aliases_) put_alias(native, number);
  for (const auto& [number, row] : newer.messages_) put(row);
  for (const auto& [alias, number] : newer.message_aliases_) put_alias(alias.bot, alias.name, number);
  for (const auto& [token, row] : newer.tokens_) put(row);
  for (const RosterChange& one : newer.roster_) change(one);
  // An owner that has yet another number by now.
  for (const auto& [place, native] : newer.owners_) owners_[place] = native;
  if (newer.reserved_ != 0) reserved_ = newer.reserved_;
}

const v11::IdRow* NumberBatch::row(const v11::Native& native) const { return found(rows_, native); }

const v11::Native* NumberBatch::owner(Place place) const { return found(owners_, place); }

const v11::Native* NumberBatch::named(Place place) const { return found(named_, place); }

std::optional<v11::Number> NumberBatch::alias(const v11::Native& native) const {
  const auto end = aliases_.upper_bound(native);
  if (end == aliases_.begin() || std::prev(end)->first != native) return std::nullopt;
  return std::prev(end)->second;
}

const v11::MessageRow* NumberBatch::message(v11::Number number) const { return found(messages_, number); }

std::optional<v11::Number> NumberBatch::message_number(const BotName& native) const {
  return number_in(message_numbers_, native);
}

std::optional<v11::Number> NumberBatch::message_alias(const BotName& alias) const {
  return number_in(message_aliases_, alias);
}

const v11::TokenRow* NumberBatch::token(std::string_view token) const { return found(tokens_, token); }

bool NumberBatch::empty() const {
  return rows_.empty() && aliases_.empty() && messages_.empty() && message_aliases_.empty() && tokens_.empty() &&
         roster_.empty() && reserved_ == 0;
}

}  // namespace bridge::journal
