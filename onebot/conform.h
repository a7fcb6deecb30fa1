// conform(): what the compiler refuses to take for a table of OneBot events. Made for static_assert.
//
//   static_assert(onebot::conform(kRules, "irc"));

#pragma once

#include "onebot/event_rule.h"
#include "onebot/standard.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace onebot {

// "a.b|$.c": names joined by dots, alternatives by bars; "$" is the item of each().
consteval bool is_path(std::string_view path, bool of_item) {
  bool empty = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == ' ' || (c == '$' && !(of_item && empty && (i == 0 || path[i - 1] == '|')))) return false;
    if ((c == '.' || c == '|') && empty) return false;
    empty = c == '.' || c == '|';
  }
  return !empty;
}

consteval bool is_native_field(std::string_view name, std::string_view prefixes) {
  return is_prefixed(name) && has_word(prefixes, name.substr(0, name.find('.')));
}

consteval bool EventRule::takes(std::string_view field) const {
  for (std::size_t i = 0; i < take_count_; ++i) {
    if (takes_[i].field == field) return true;
  }
  return false;
}

// Nothing twice, and nothing without a prefix but these.
consteval bool EventRule::takes_only(std::string_view fields, std::string_view prefixes) const {
  for (std::size_t i = 0; i < take_count_; ++i) {
    const std::string_view name = takes_[i].field;
    if (!is_native_field(name, prefixes) && !has_word(fields, name)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (takes_[j].field == name) return false;
    }
  }
  return true;
}

consteval bool EventRule::is_standard(std::string_view prefixes) const {
  if (type_ != "message" && type_ != "notice" && type_ != "request") return false;
  const bool native_sub = sub_type_.find('.') != std::string_view::npos;
  if (native_sub && !is_native_field(sub_type_, prefixes)) return false;
  if (is_native_field(detail_type_, prefixes)) return takes_only(kStandardFields, prefixes);
  for (const StandardEvent& event : kStandardEvents) {
    const auto dot = event.name.find('.');
    if (event.name.substr(0, dot) != type_ || event.name.substr(dot + 1) != detail_type_) continue;
    if (!sub_type_.empty() && !native_sub && !has_word(event.sub_types, sub_type_)) return false;
    for (std::string_view rest = event.fields; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(' '));
      rest.remove_prefix(name.size() < rest.size() ? name.size() + 1 : name.size());
      if (!takes(name)) return false;
    }
    return takes_only(event.fields, prefixes);
  }
  return false;  // neither standard nor prefixed
}

consteval bool EventRule::has_good_paths() const {
  const bool items = !each_.empty();
  if (items && !is_path(each_, false)) return false;
  if (!when_path_.empty() && !is_path(when_path_, false)) return false;
  if (!time_path_.empty() && !is_path(time_path_, items)) return false;
  for (std::size_t i = 0; i < take_count_; ++i) {
    if (takes_[i].from == From::path && !is_path(takes_[i].path, items)) return false;
  }
  return true;
}

// Each says what it needs, and no two say the same of one chat.
consteval bool EventRule::has_good_traits() const {
  for (std::size_t i = 0; i < trait_count_; ++i) {
    const Trait& trait = traits_[i];
    using Kind = Trait::Kind;
    const bool bare = trait.kind == Kind::own_twice || trait.kind == Kind::receipt_now || trait.kind == Kind::ignored;
    const bool either = trait.kind == Kind::own_echo;
    if (trait.path.empty() && !bare && !(either && !trait.other.empty())) return false;
    if (!trait.path.empty() && !is_path(trait.path, false)) return false;
    if (!trait.other.empty() && !is_path(trait.other, false)) return false;
    if (trait.kind == Kind::written_by && !trait.word.empty() && !is_path(trait.word, false)) return false;
    if ((trait.kind == Kind::once || trait.kind == Kind::awaited) && trait.word.empty()) return false;
    if ((trait.kind == Kind::passes || trait.kind == Kind::awaited) && trait.other.empty()) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (traits_[j].kind == trait.kind && traits_[j].path == trait.path) return false;
    }
  }
  return true;
}

consteval bool EventRule::conforms(std::string_view prefixes) const {
  if (native_.empty() || !has_good_paths() || !has_good_traits()) return false;
  for (std::size_t i = 0; i < trait_count_; ++i) {
    if (traits_[i].kind == Trait::Kind::ignored) return type_.empty() && take_count_ == 0;
  }
  return is_standard(prefixes);
}

consteval bool EventRule::is_shadowed_by(const EventRule& earlier) const {
  if (native_ != earlier.native_) return false;
  return earlier.when_path_.empty() || (when_path_ == earlier.when_path_ && when_equals_ == earlier.when_equals_);
}

// Whether a platform may have this table. prefixes, separated by one blank, are what its own names begin with.
consteval bool conform(std::span<const EventRule> rules, std::string_view prefixes) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].conforms(prefixes)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (rules[i].is_shadowed_by(rules[j])) return false;
    }
  }
  return true;
}

}  // namespace onebot
