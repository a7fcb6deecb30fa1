// Turning native events into OneBot events by table: a frame is read once into a Native, which knows its row, and the
// row makes the events. How a row reads is in event_rule.h.

#pragma once

#include "onebot/event.h"
#include "onebot/event_rule.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/times.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

// How a platform wraps every event. Paths start at the frame.
struct Envelope {
  std::string_view id{};    // the platform's own id of this delivery
  std::string_view name{};  // the native event name
  std::string_view time{};  // when it happened; a rule may know better, see at()
  ReadTime read_time = any_time;
  std::string_view payload{};  // where the paths of rules start
};

// One native event as its frame tells it, read once. Its views live as long as the frame's Document.
struct Native {
  std::string_view name{};  // as the rules spell it
  std::string id{};         // the platform's own id of this delivery; "" = none
  double time = 0;          // of the envelope; 0 = not told
  json::View payload{};     // where the paths of rules start
  json::View frame{};
  const EventRule* rule = nullptr;  // what the table says of it; nullptr: nothing

  const Trait* trait(Trait::Kind kind) const { return rule ? rule->trait(kind) : nullptr; }
  std::span<const Trait> traits() const { return rule ? rule->traits() : std::span<const Trait>(); }
  // What is at a trait's path: "a|b" is the first of these that is there and not empty.
  json::View at(std::string_view path) const;
};

// Finds the rules of a native name without reading the others: a hash table with linear probing, so that rules of one
// name stay in their order. Made together with its table, at compile time when that is constexpr.
class RuleIndex {
 public:
  constexpr explicit RuleIndex(std::span<const EventRule> rules) {
    if (rules.size() > kSlots / 2) std::abort();  // in a constexpr table this does not compile
    for (std::size_t i = 0; i < rules.size(); ++i) {
      std::size_t slot = hash(rules[i].native());
      while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<std::uint16_t>(i + 1);
    }
  }
  const EventRule* find(std::span<const EventRule> rules, std::string_view name, json::View native) const;

 private:
  static constexpr std::size_t kSlots = 512;
  static constexpr std::size_t hash(std::string_view name) {  // FNV-1a
    std::uint32_t sum = 2166136261U;
    for (const char c : name) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
    return sum % kSlots;
  }
  std::array<std::uint16_t, kSlots> slots_{};  // 1 + place in the rules; 0: free
};

struct EventTable {
  std::span<const EventRule> rules{};
  Envelope envelope{};
  // Adds what every event of the platform carries; called last. May be nullptr.
  void (*complete)(Event& event, const Native& native, const Self& self) = nullptr;
  // Makes the event of a frame that no rule names. nullptr: such a frame has none.
  Event (*unknown)(const Native& native, const Self& self) = nullptr;
  RuleIndex index{rules};
};

// The first rule for this name that matches; nullptr: none does.
const EventRule* find_rule(const EventTable& table, std::string_view name, json::View payload);

// `name` overrides the envelope's, for platforms that version their names.
Native read_native(const EventTable& table, json::View frame, std::string_view name = {});

// Every OneBot event that one native event means: usually one, none if no rule names it. The events of an each() are
// told apart by ".0", ".1" behind the envelope's id.
Result<std::vector<Event>> translate(const EventTable& table, const Native& native, const Self& self);
Result<std::vector<Event>> translate(const EventTable& table, json::View frame, const Self& self,
                                     std::string_view name = {});

}  // namespace onebot
