#include "bridge/journal/batch.h"

#include <iterator>
#include <utility>

namespace bridge::journal {
namespace {

constexpr std::size_t kEntry = 64;  // bytes of bookkeeping per entry

std::size_t bytes_of(const RecordKey& key, const KeptRecord& record) {
  return kEntry + key.bot.size() + key.kind.size() + key.key.size() + record.value.size();
}

}  // namespace

void Batch::add(onebot::EventLog::Appended event) {
  bytes += kEntry + event.json.size();
  events.push_back(std::move(event));
}

void Batch::add_seen(std::uint64_t hash) {
  bytes += sizeof hash;
  seen.push_back(hash);
}

void Batch::set(RecordKey key, KeptRecord record) {
  const auto [place, added] = records.try_emplace(std::move(key));
  if (!added) bytes -= bytes_of(place->first, place->second);
  place->second = std::move(record);
  bytes += bytes_of(place->first, place->second);
}

void Batch::set_cursor(std::string_view consumer, onebot::Seq next) {
  auto place = cursors.find(consumer);
  if (place == cursors.end()) {
    place = cursors.emplace(consumer, next).first;
    bytes += kEntry + consumer.size();
  }
  place->second = next;
}

void Batch::follow_with(Batch&& newer) {
  clock = clock || newer.clock;
  events.insert(events.end(), std::make_move_iterator(newer.events.begin()),
                std::make_move_iterator(newer.events.end()));
  seen.insert(seen.end(), newer.seen.begin(), newer.seen.end());
  std::size_t shared = 0;
  for (auto& [key, record] : newer.records) {
    if (const auto place = records.find(key); place != records.end()) shared += bytes_of(key, place->second);
    records.insert_or_assign(key, std::move(record));
  }
  for (const auto& [consumer, next] : newer.cursors) {
    if (!cursors.insert_or_assign(consumer, next).second) shared += kEntry + consumer.size();
  }
  numbers.follow_with(newer.numbers);
  bytes += newer.bytes - shared;
}

}  // namespace bridge::journal
