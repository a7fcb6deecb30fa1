// EventRule: one line of a platform's table of events, which reads as a sentence:
//
//   on("friend.added").notice("friend_increase").take("user_id", "friend.id").at("added_at", seconds)
//       .once("friend", "friend.id").own_echo("", "friend.id")
//
// The first words say which OneBot event it becomes, the last what else the platform's parts need to know of it
// (traits). A value the platform does not give is "" in a standard field and left out when the field's name has a
// prefix. What a table cannot say is a small named function in the platform's folder. conform() is for static_assert.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/native_path.h"
#include "onebot/result.h"
#include "onebot/standard.h"
#include "onebot/times.h"
#include "onebot/trait.h"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace onebot {

using Convert = Value (*)(json::View);
using ReadTime = double (*)(json::View);  // seconds since the epoch; 0: unreadable, the bridge takes its own time
using ReadMessage = Result<Message> (*)(json::View native, const Self&);
using ReadSubType = std::string (*)(json::View native, json::View item, const Self&);

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

  // Traits; see Trait::Kind. A scene is an enumerator of the platform's own kinds of chats.
  consteval EventRule once(std::string_view key, std::string_view id, ReadField further = nullptr) const;
  consteval EventRule own_twice() const;
  consteval EventRule own_echo(std::string_view message, std::string_view who) const;
  consteval EventRule written_by(std::string_view who, std::string_view name, std::string_view place = "") const;
  template <class Scene>
  consteval EventRule in(Scene scene, std::string_view chat) const;
  template <class Scene>
  consteval EventRule answerable(Scene scene, std::string_view chat) const;
  template <class Scene>
  consteval EventRule refuses(Scene scene, std::string_view chat) const;
  template <class Scene>
  consteval EventRule consents(Scene scene, std::string_view chat) const;
  template <class Scene>
  consteval EventRule leaves(Scene scene, std::string_view chat) const;
  consteval EventRule awaited(std::string_view id, std::string_view when, std::string_view words) const;
  consteval EventRule receipt_now() const;
  consteval EventRule passes(std::string_view id, std::string_view result) const;
  consteval EventRule rejects(std::string_view id) const;
  consteval EventRule shows_self(std::string_view mentions, std::string_view writer) const;
  consteval EventRule stopped_by(std::string_view state, std::string_view word) const;
  consteval EventRule ignored() const;  // instead of message(), notice() or request()

  // Whether the rule is what the standard says of this event: every field of it and none besides but such as carry one
  // of the prefixes (separated by one blank), and the sub_type known; and whether all its paths are well-formed.
  consteval bool conforms(std::string_view prefixes) const;
  // Whether this rule is never reached, since the other stands before it.
  consteval bool is_shadowed_by(const EventRule& earlier) const;

  constexpr std::string_view native() const { return native_; }
  bool is_message() const { return read_message_ != nullptr; }
  std::span<const Trait> traits() const { return {traits_.data(), trait_count_}; }
  const Trait* trait(Trait::Kind kind) const;  // the first of that kind; nullptr: none
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
  consteval bool takes_only(std::string_view fields, std::string_view prefixes) const;
  consteval EventRule with(Trait trait) const;
  template <class Scene>
  consteval EventRule of_chat(Trait::Kind kind, Scene scene, std::string_view chat) const;
  consteval bool is_standard(std::string_view prefixes) const;
  consteval bool has_good_paths() const;
  consteval bool has_good_traits() const;
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
  std::array<Trait, 8> traits_{};
  std::size_t trait_count_ = 0;
};

consteval EventRule on(std::string_view native) { return EventRule(native); }

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

// --- traits ---

consteval EventRule EventRule::with(Trait trait) const {
  EventRule rule = *this;
  rule.traits_.at(rule.trait_count_++) = trait;
  return rule;
}

template <class Scene>
consteval EventRule EventRule::of_chat(Trait::Kind kind, Scene scene, std::string_view chat) const {
  static_assert(std::is_enum_v<Scene>, "a scene is an enumerator of the platform's kinds of chats");
  return with(Trait{.kind = kind, .scene = static_cast<int>(scene), .path = chat});
}

consteval EventRule EventRule::once(std::string_view key, std::string_view id, ReadField further) const {
  return with(Trait{.kind = Trait::Kind::once, .path = id, .word = key, .read = further});
}

consteval EventRule EventRule::own_twice() const { return with(Trait{.kind = Trait::Kind::own_twice}); }

consteval EventRule EventRule::own_echo(std::string_view message, std::string_view who) const {
  return with(Trait{.kind = Trait::Kind::own_echo, .path = message, .other = who});
}

consteval EventRule EventRule::written_by(std::string_view who, std::string_view name, std::string_view place) const {
  return with(Trait{.kind = Trait::Kind::written_by, .path = who, .other = name, .word = place});
}

template <class Scene>
consteval EventRule EventRule::in(Scene scene, std::string_view chat) const {
  return of_chat(Trait::Kind::in, scene, chat);
}

template <class Scene>
consteval EventRule EventRule::answerable(Scene scene, std::string_view chat) const {
  return of_chat(Trait::Kind::answerable, scene, chat);
}

template <class Scene>
consteval EventRule EventRule::refuses(Scene scene, std::string_view chat) const {
  return of_chat(Trait::Kind::refuses, scene, chat);
}

template <class Scene>
consteval EventRule EventRule::consents(Scene scene, std::string_view chat) const {
  return of_chat(Trait::Kind::consents, scene, chat);
}

template <class Scene>
consteval EventRule EventRule::leaves(Scene scene, std::string_view chat) const {
  return of_chat(Trait::Kind::leaves, scene, chat);
}

consteval EventRule EventRule::awaited(std::string_view id, std::string_view when, std::string_view words) const {
  return with(Trait{.kind = Trait::Kind::awaited, .path = id, .other = when, .word = words});
}

consteval EventRule EventRule::receipt_now() const { return with(Trait{.kind = Trait::Kind::receipt_now}); }

consteval EventRule EventRule::passes(std::string_view id, std::string_view result) const {
  return with(Trait{.kind = Trait::Kind::passes, .path = id, .other = result});
}

consteval EventRule EventRule::rejects(std::string_view id) const {
  return with(Trait{.kind = Trait::Kind::rejects, .path = id});
}

consteval EventRule EventRule::shows_self(std::string_view mentions, std::string_view writer) const {
  return with(Trait{.kind = Trait::Kind::shows_self, .path = mentions, .other = writer});
}

consteval EventRule EventRule::stopped_by(std::string_view state, std::string_view word) const {
  return with(Trait{.kind = Trait::Kind::stopped_by, .path = state, .word = word});
}

consteval EventRule EventRule::ignored() const { return with(Trait{.kind = Trait::Kind::ignored}); }

}  // namespace onebot
