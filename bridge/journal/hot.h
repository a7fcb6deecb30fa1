// Hot: what was used last, up to so many entries and so many bytes; what was used least goes first.

#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <unordered_set>
#include <utility>

namespace bridge::journal {

template <class Key, class Value, class Hash = std::hash<Key>>
class Hot {
 public:
  Hot(std::size_t most_entries, std::size_t most_bytes) : most_entries_(most_entries), most_bytes_(most_bytes) {}

  // nullptr: it is not here. Valid until the next put or erase.
  const Value* find(const Key& key) {
    const auto place = places_.find(key);
    if (place == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, *place);
    return &(*place)->value;
  }

  // bytes: what it holds besides its own size.
  void put(const Key& key, Value value, std::size_t bytes) {
    erase(key);
    bytes_ += bytes;
    entries_.push_front({key, std::move(value), bytes});
    places_.insert(entries_.begin());
    while (entries_.size() > most_entries_ || bytes_ > most_bytes_) drop(std::prev(entries_.end()));
  }

  void erase(const Key& key) {
    if (const auto place = places_.find(key); place != places_.end()) drop(*place);
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t bytes = 0;
  };
  using Place = typename std::list<Entry>::iterator;
  // A place is found by its key, which is not kept twice.
  struct HashOf {
    using is_transparent = void;
    std::size_t operator()(const Key& key) const { return Hash{}(key); }
    std::size_t operator()(const Place& place) const { return Hash{}(place->key); }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const Place& a, const Place& b) const { return a->key == b->key; }
    bool operator()(const Key& key, const Place& place) const { return key == place->key; }
    bool operator()(const Place& place, const Key& key) const { return key == place->key; }
  };

  void drop(Place place) {
    bytes_ -= place->bytes;
    places_.erase(place);
    entries_.erase(place);
  }

  std::size_t most_entries_, most_bytes_, bytes_ = 0;
  std::list<Entry> entries_{};  // the youngest first
  std::unordered_set<Place, HashOf, Same> places_{};
};

}  // namespace bridge::journal
