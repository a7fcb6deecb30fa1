#include "bridge/journal/numbers.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace bridge::journal {

using onebot::Result;

namespace {

constexpr std::size_t kHotRows = 100'000;
constexpr std::size_t kHotBytes = 16 << 20;    // of strings
constexpr std::size_t kLongestHot = 16 << 10;  // bytes of a message's strings; a longer one is read each time
constexpr std::size_t kMostInDoubt = 1'024;
constexpr v11::Number kAhead = 4'096;

std::int64_t place_key(v11::Space space, v11::Number number) { return number * 2 + static_cast<std::int64_t>(space); }

std::size_t doubt_key(v11::Space space, v11::Number number) {
  return std::hash<std::int64_t>{}(place_key(space, number));
}
std::size_t doubt_key(const v11::Native& native) { return HashOfName{}(native); }

std::size_t mixed(std::size_t hash, std::string_view text) {
  return hash * 1'000'003 ^ std::hash<std::string_view>{}(text);
}

}  // namespace

Result<Lookup> Lookup::open(const std::string& path, std::chrono::milliseconds busy_timeout) {
  ONEBOT_TRY(database, Database::open(path, Database::Access::read, busy_timeout));
  ONEBOT_TRY(numbers, NumberReader::open(database));
  return Lookup{std::move(database), std::move(numbers)};
}

std::size_t HashOfName::operator()(const v11::Native& native) const {
  return mixed(mixed(static_cast<std::size_t>(native.kind), native.platform), native.id);
}

std::size_t HashOfName::operator()(const BotName& name) const { return mixed(mixed(0, name.bot), name.name); }

// --- users, groups, channels ---

KeptIds::KeptIds(const NumberLayers& layers)
    : layers_(layers), rows_(kHotRows, kHotBytes), owners_(kHotRows, kHotBytes), in_doubt_(kMostInDoubt, kHotBytes) {
  const auto done = layers.file.each_alias([this](const auto& native, auto number) { remember_alias(native, number); });
  if (!done) layers.tell(done.error());
}

void KeptIds::remember_alias(const v11::Native& native, v11::Number number) {
  aliased_natives_.insert(HashOfName{}(native));
  aliased_places_.insert(place_key(space_of(native.kind), number));
}

std::optional<v11::IdRow> KeptIds::find(const v11::Native& native) const {
  if (in_doubt_.size() > 0) in_doubt_.erase(doubt_key(native));
  if (auto row = own_row(native)) return row;
  const auto number = alias(native);
  return number ? find(space_of(native.kind), *number) : std::nullopt;
}

std::optional<v11::IdRow> KeptIds::find(v11::Space space, v11::Number number) const {
  if (in_doubt_.size() > 0) in_doubt_.erase(doubt_key(space, number));
  auto native = owner(space, number);
  if (!native) return std::nullopt;
  auto row = own_row(*native);
  return row ? std::move(row) : v11::IdRow{*std::move(native), number, ""};
}

std::optional<v11::IdRow> KeptIds::own_row(const v11::Native& native) const {
  if (const Called* called = rows_.find(native)) return v11::IdRow{native, called->number, called->name};
  for (const NumberBatch* batch : layers_.above()) {
    if (const auto* row = batch ? batch->row(native) : nullptr) return *row;
  }
  auto row = read(doubt_key(native), layers_.file.row(native));
  if (row) keep_hot(*row);
  return row;
}

std::optional<v11::Number> KeptIds::alias(const v11::Native& native) const {
  if (!aliased_natives_.contains(HashOfName{}(native))) return std::nullopt;
  for (const NumberBatch* batch : layers_.above()) {
    if (const auto number = batch ? batch->alias(native) : std::nullopt) return number;
  }
  return read(doubt_key(native), layers_.file.alias(native));
}

std::optional<v11::Native> KeptIds::owner(v11::Space space, v11::Number number) const {
  if (const auto* native = owners_.find(place_key(space, number))) return *native;
  auto native = cold_owner(space, number);
  if (native) owners_.put(place_key(space, number), *native, bytes_of(*native));
  return native;
}

// Rows first, of all layers; then aliases, of which the oldest counts.
std::optional<v11::Native> KeptIds::cold_owner(v11::Space space, v11::Number number) const {
  const auto above = layers_.above();
  for (const NumberBatch* batch : above) {
    if (const auto* native = batch ? batch->owner({space, number}) : nullptr) return *native;
  }
  const std::size_t key = doubt_key(space, number);
  if (auto native = read(key, layers_.file.owner(space, number))) return native;
  if (!aliased_places_.contains(place_key(space, number))) return std::nullopt;
  if (auto native = read(key, layers_.file.named(space, number))) return native;
  for (auto batch = above.rbegin(); batch != above.rend(); ++batch) {
    if (const auto* native = *batch ? (*batch)->named({space, number}) : nullptr) return *native;
  }
  return std::nullopt;
}

void KeptIds::keep_hot(const v11::IdRow& row) const {
  rows_.put(row.native, {row.number, row.name}, bytes_of(row.native) + row.name.size());
}

template <class T>
std::optional<T> KeptIds::read(std::size_t key, Result<std::optional<T>> found) const {
  if (!found) in_doubt_.put(key, true, 0);
  return layers_.read(std::move(found));
}

bool KeptIds::is_in_doubt(const v11::Native& native, v11::Number number) const {
  return in_doubt_.find(doubt_key(native)) || in_doubt_.find(doubt_key(space_of(native.kind), number));
}

void KeptIds::put(const v11::IdRow& row) {
  if (is_in_doubt(row.native, row.number)) return;
  layers_.pending.numbers.put(row);
  keep_hot(row);
  owners_.put(place_key(space_of(row.native.kind), row.number), row.native, bytes_of(row.native));
  layers_.changed();
}

void KeptIds::put_alias(const v11::Native& native, v11::Number number) {
  if (is_in_doubt(native, number)) return;
  layers_.pending.numbers.put_alias(native, number);
  remember_alias(native, number);
  layers_.changed();
}

// --- messages ---

KeptMessages::KeptMessages(const NumberLayers& layers)
    : layers_(layers),
      highest_(layers.file.highest_message()),
      rows_(kHotRows, kHotBytes),
      numbers_(kHotRows, kHotBytes) {}

std::optional<v11::MessageRow> KeptMessages::find(std::string_view bot, std::string_view native) const {
  if (native.empty()) return std::nullopt;
  const BotName name{std::string(bot), std::string(native)};
  const auto known = number(name);
  if (!known) return std::nullopt;
  auto row = find(*known);
  if (row) numbers_.put(name, *known, bot.size() + native.size());
  return row;
}

std::optional<v11::Number> KeptMessages::number(const BotName& name) const {
  if (const auto* number = numbers_.find(name)) return *number;
  const auto above = layers_.above();
  for (const NumberBatch* batch : above) {
    if (const auto number = batch ? batch->message_alias(name) : std::nullopt) return number;
  }
  if (const auto number = layers_.read(layers_.file.message_alias(name))) return number;
  for (const NumberBatch* batch : above) {
    if (const auto number = batch ? batch->message_number(name) : std::nullopt) return number;
  }
  return layers_.read(layers_.file.message_number(name));
}

std::optional<v11::MessageRow> KeptMessages::find(v11::Number number) const {
  if (number > highest_) return std::nullopt;
  if (const auto* row = rows_.find(number)) return *row;
  for (const NumberBatch* batch : layers_.above()) {
    if (const auto* row = batch ? batch->message(number) : nullptr) return *row;
  }
  auto row = layers_.read(layers_.file.message(number));
  if (row && bytes_of(*row) <= kLongestHot) rows_.put(number, *row, bytes_of(*row));
  return row;
}

std::vector<v11::MessageRow> KeptMessages::in_chat(const v11::Chat& chat, v11::Number below, std::size_t most) const {
  std::map<v11::Number, v11::MessageRow, std::greater<>> newest;
  auto kept = layers_.file.in_chat(chat, below, most);
  if (!kept) layers_.tell(kept.error());
  for (v11::MessageRow& row : kept ? *kept : std::vector<v11::MessageRow>{}) newest[row.number] = std::move(row);
  const auto above = layers_.above();
  for (auto batch = above.rbegin(); batch != above.rend(); ++batch) {
    if (!*batch) continue;
    for (const auto& [number, row] : (*batch)->messages()) {
      const bool there = row.bot == chat.bot && row.chat_kind == chat.kind && row.chat == chat.id;
      if (there && number < below && (row.event != 0 || !row.body.empty())) newest[number] = row;
    }
  }
  std::vector<v11::MessageRow> rows;
  for (auto& [number, row] : newest) {
    if (rows.size() < most) rows.push_back(std::move(row));
  }
  return rows;
}

void KeptMessages::put(const v11::MessageRow& row) {
  highest_ = std::max(highest_, row.number);
  layers_.pending.numbers.put(row);
  rows_.erase(row.number);
  if (bytes_of(row) <= kLongestHot) rows_.put(row.number, row, bytes_of(row));
  layers_.changed();
}

void KeptMessages::put_alias(std::string_view bot, std::string_view alias, v11::Number number) {
  layers_.pending.numbers.put_alias(bot, alias, number);
  numbers_.put({std::string(bot), std::string(alias)}, number, bot.size() + alias.size());
  layers_.changed();
}

void KeptMessages::forgotten(const std::vector<v11::Number>& numbers) {
  for (const v11::Number number : numbers) rows_.erase(number);
}

// --- blocks ---

void KeptReserve::reserve(v11::Number end) {
  reserved_ = end;
  layers_.pending.numbers.reserve(end + kAhead);
  layers_.changed();
}

// --- what is safe ---

void Numbers::committed(std::uint64_t put) {
  safe_ = put;
  call_up_to(put);
}

void Numbers::not_committed() { call_up_to(put_); }

// Whoever is called may wait again.
void Numbers::call_up_to(std::uint64_t put) {
  std::multimap<std::uint64_t, onebot::Then> due;
  while (!waiting_.empty() && waiting_.begin()->first <= put) due.insert(waiting_.extract(waiting_.begin()));
  for (const auto& [wanted, call] : due) call();
}

}  // namespace bridge::journal
