// Turning native events into OneBot events by table.
//
// A platform writes one rule per line, and a line reads as a sentence:
//
//   on("friend.added").notice("friend_increase").take("user_id", "friend.id").at("added_at", seconds)
//
// A value the platform does not give is "" in a standard field and left out when the field's name has a prefix.
// What a table cannot say is a small named function in the platform's folder.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/standard.h"
#include "onebot/times.h"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

using Convert = Value (*)(json::View);
using ReadTime = double (*)(json::View);  // seconds since the epoch; 0: unreadable, the bridge takes its own time
using ReadMessage = Result<Message> (*)(json::View native, const Self&);
using ReadField = Value (*)(json::View native, json::View item, const Self&);  // null: left out
using ReadSubType = std::string (*)(json::View native, json::View item, const Self&);

Value as_text(json::View);  // a string, or a number spelled out: every OneBot id is a string
Value as_is(json::View);
Value as_json(json::View);  // the JSON text of it: free-form objects of a platform travel as a string

class EventRule {
 public:
  consteval explicit EventRule(std::string_view native) : native_(native) {}

  // Narrows the rule, for a native name with several meanings. The first rule that matches is taken.
  consteval EventRule when(std::string_view path, std::string_view equals) const;
  // Makes one event per item of the array at path; "$" in take() is the item, "$.name" what is in it.
  consteval EventRule each(std::string_view path) const;

  consteval EventRule message(std::string_view detail_type, ReadMessage read, std::string_view sub_type = "") const;
  consteval EventRule notice(std::string_view detail_type, std::string_view sub_type = "") const;
  consteval EventRule request(std::string_view detail_type, std::string_view sub_type = "") const;
  consteval EventRule sub(ReadSubType read) const;  // the sub_type by a function

  // Copies the value at path into a field. "a|b": the first of these that is there and not empty.
  consteval EventRule take(std::string_view field, std::string_view path, Convert convert = as_text) const;
  // The same, and written as "" when it is missing, even if the field's name has a prefix.
  consteval EventRule keep(std::string_view field, std::string_view path, Convert convert = as_text) const;
  // The same as take() for what is no text: a number, a list, an object of the platform.
  consteval EventRule extra(std::string_view field, std::string_view path, Convert convert = as_is) const;
  consteval EventRule field(std::string_view name, ReadField read) const;  // by a function
  consteval EventRule self(std::string_view field) const;                  // the bot's own user_id
  consteval EventRule constant(std::string_view field, std::string_view text) const;
  consteval EventRule constant(std::string_view field, std::same_as<bool> auto flag) const;
  // Reads the time here; what cannot be read is taken from the envelope.
  consteval EventRule at(std::string_view path, ReadTime read = any_time) const;

  // Whether the rule is what the standard says of this event: every field of it and none besides but such as carry a
  // prefix, and the sub_type known.
  consteval bool conforms() const;

  constexpr std::string_view native() const { return native_; }
  bool is_each() const { return !each_.empty(); }
  bool matches(json::View native) const;
  Result<std::vector<Event>> apply(double time, json::View native, const Self& self) const;

 private:
  enum class From { path, function, self, text, flag };
  struct Take {
    std::string_view field{};
    std::string_view path{};  // or the constant
    From from = From::path;
    Convert convert = nullptr;
    ReadField read = nullptr;
    bool keep = false;  // when it is empty
  };

  consteval EventRule becomes(std::string_view type, std::string_view detail_type, std::string_view sub_type) const;
  consteval EventRule with(Take take) const;
  consteval bool takes(std::string_view field) const;
  consteval bool takes_only(std::string_view fields) const;
  Result<Event> build(double time, json::View native, json::View item, const Self& self) const;
  void fill(Event& event, const Take& take, json::View native, json::View item, const Self& self) const;

  std::string_view native_;
  std::string_view when_path_{}, when_equals_{};
  std::string_view each_{};
  std::string_view type_{}, detail_type_{}, sub_type_{};
  ReadMessage read_message_ = nullptr;
  ReadSubType read_sub_type_ = nullptr;
  std::string_view time_path_{};
  ReadTime read_time_ = nullptr;
  std::array<Take, 16> takes_{};
  std::size_t take_count_ = 0;
};

consteval EventRule on(std::string_view native) { return EventRule(native); }

// How a platform wraps every event. Paths start at the frame.
struct Envelope {
  std::string_view id{};    // the platform's own id of this delivery
  std::string_view name{};  // the native event name
  std::string_view time{};  // when it happened; a rule may know better, see at()
  ReadTime read_time = any_time;
  std::string_view payload{};  // where the paths of rules start
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
  void (*complete)(Event& event, json::View frame, json::View native, const Self& self) = nullptr;
  // Makes the event of a frame that no rule names. nullptr: such a frame has none.
  Event (*unknown)(std::string_view name, json::View frame, json::View native, const Self& self) = nullptr;
  RuleIndex index{rules};
};

// The first rule for this name that matches; nullptr: none does.
const EventRule* find_rule(const EventTable& table, std::string_view name, json::View native);

// Every OneBot event that one native frame means: usually one, none if no rule names it. `name` overrides the
// envelope's, for platforms that version their names. The events of an each() are told apart by ".0", ".1" behind the
// envelope's id.
Result<std::vector<Event>> translate(const EventTable& table, json::View frame, const Self& self,
                                     std::string_view name = {});

// --- the sentence, word by word ---

consteval EventRule EventRule::when(std::string_view path, std::string_view equals) const {
  EventRule rule = *this;
  rule.when_path_ = path;
  rule.when_equals_ = equals;
  return rule;
}

consteval EventRule EventRule::each(std::string_view path) const {
  EventRule rule = *this;
  rule.each_ = path;
  return rule;
}

consteval EventRule EventRule::becomes(std::string_view type, std::string_view detail, std::string_view sub) const {
  EventRule rule = *this;
  rule.type_ = type;
  rule.detail_type_ = detail;
  rule.sub_type_ = sub;
  return rule;
}

consteval EventRule EventRule::message(std::string_view detail, ReadMessage read, std::string_view sub) const {
  EventRule rule = becomes("message", detail, sub);
  rule.read_message_ = read;
  return rule;
}

consteval EventRule EventRule::notice(std::string_view detail, std::string_view sub) const {
  return becomes("notice", detail, sub);
}

consteval EventRule EventRule::request(std::string_view detail, std::string_view sub) const {
  return becomes("request", detail, sub);
}

consteval EventRule EventRule::sub(ReadSubType read) const {
  EventRule rule = *this;
  rule.read_sub_type_ = read;
  return rule;
}

consteval EventRule EventRule::with(Take take) const {
  EventRule rule = *this;
  rule.takes_.at(rule.take_count_++) = take;
  return rule;
}

consteval EventRule EventRule::take(std::string_view field, std::string_view path, Convert convert) const {
  return with({.field = field, .path = path, .convert = convert});
}

consteval EventRule EventRule::keep(std::string_view field, std::string_view path, Convert convert) const {
  return with({.field = field, .path = path, .convert = convert, .keep = true});
}

consteval EventRule EventRule::extra(std::string_view field, std::string_view path, Convert convert) const {
  return with({.field = field, .path = path, .convert = convert});
}

consteval EventRule EventRule::field(std::string_view name, ReadField read) const {
  return with({.field = name, .from = From::function, .read = read});
}

consteval EventRule EventRule::self(std::string_view field) const { return with({.field = field, .from = From::self}); }

consteval EventRule EventRule::constant(std::string_view field, std::string_view text) const {
  return with({.field = field, .path = text, .from = From::text, .keep = true});
}

consteval EventRule EventRule::constant(std::string_view field, std::same_as<bool> auto flag) const {
  return with({.field = field, .path = flag ? "true" : "", .from = From::flag});
}

consteval EventRule EventRule::at(std::string_view path, ReadTime read) const {
  EventRule rule = *this;
  rule.time_path_ = path;
  rule.read_time_ = read;
  return rule;
}

consteval bool EventRule::takes(std::string_view field) const {
  for (std::size_t i = 0; i < take_count_; ++i) {
    if (takes_[i].field == field) return true;
  }
  return false;
}

// Nothing twice, and nothing without a prefix but these.
consteval bool EventRule::takes_only(std::string_view fields) const {
  for (std::size_t i = 0; i < take_count_; ++i) {
    const std::string_view name = takes_[i].field;
    if (!is_prefixed(name) && !has_word(fields, name)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (takes_[j].field == name) return false;
    }
  }
  return true;
}

consteval bool EventRule::conforms() const {
  if (type_ != "message" && type_ != "notice" && type_ != "request") return false;
  if (is_prefixed(detail_type_)) return takes_only(kStandardFields);
  for (const StandardEvent& event : kStandardEvents) {
    const auto dot = event.name.find('.');
    if (event.name.substr(0, dot) != type_ || event.name.substr(dot + 1) != detail_type_) continue;
    if (!sub_type_.empty() && !is_prefixed(sub_type_) && !has_word(event.sub_types, sub_type_)) return false;
    for (std::string_view rest = event.fields; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(' '));
      rest.remove_prefix(name.size() < rest.size() ? name.size() + 1 : name.size());
      if (!takes(name)) return false;
    }
    return takes_only(event.fields);
  }
  return false;  // neither standard nor prefixed
}

consteval bool conform(std::span<const EventRule> rules) {
  for (const EventRule& rule : rules) {
    if (!rule.conforms()) return false;
  }
  return true;
}

}  // namespace onebot
