// The words of a CallRow, and conform(): what the compiler refuses in a table of calls. Included by call.h.

#pragma once

#include "onebot/call.h"

#include <span>
#include <string_view>

namespace onebot {

consteval CallRow CallRow::asked(std::string_view by, CallPath to) const {
  CallRow row = *this;
  row.method = by;
  row.path = to;
  row.repeatable = by != "POST";
  return row;
}

consteval CallRow CallRow::by_hand(std::string_view endpoint) const {
  CallRow row = *this;
  row.coded = true;
  row.path = CallPath("", endpoint, "");
  return row;
}

consteval CallRow CallRow::harmless() const {
  CallRow row = *this;
  row.repeatable = true;
  return row;
}

consteval CallRow CallRow::once() const {
  CallRow row = *this;
  row.repeatable = false;
  return row;
}

consteval CallRow CallRow::with(Param param) const {
  CallRow row = *this;
  row.params.at(row.param_count++) = param;
  return row;
}

consteval CallRow CallRow::with(Part part) const {
  CallRow row = *this;
  row.parts.at(row.part_count++) = part;
  return row;
}

consteval CallRow CallRow::needs(std::string_view param, ValueKind kind) const { return with(Param{param, kind}); }

consteval CallRow CallRow::may(std::string_view param, ValueKind kind) const {
  return with(Param{.name = param, .kind = kind, .required = false});
}

consteval CallRow CallRow::ignores(std::string_view param) const {
  CallRow row = *this;
  row.ignored = param;
  return row;
}

consteval CallRow CallRow::puts(std::string_view place, MakeValue make) const {
  return with(Part{.where = Where::place, .name = place, .make = make});
}

consteval CallRow CallRow::asks(std::string_view param) const {
  const auto equals = param.find('=');
  if (equals == std::string_view::npos) return asks(param, param);
  return with(Part{.where = Where::query, .name = param.substr(0, equals), .constant = param.substr(equals + 1)});
}

consteval CallRow CallRow::asks(std::string_view member, std::string_view param) const {
  return with(Part{.where = Where::query, .name = member, .param = param});
}

consteval CallRow CallRow::asks(std::string_view member, MakeValue make) const {
  return with(Part{.where = Where::query, .name = member, .make = make});
}

consteval CallRow CallRow::sends(std::string_view member, std::string_view param) const {
  return with(Part{.name = member, .param = param});
}

consteval CallRow CallRow::sends(std::string_view member, MakeValue make) const {
  return with(Part{.name = member, .make = make});
}

consteval CallRow CallRow::body(MakeBody make) const {
  CallRow row = *this;
  row.make_body = make;
  return row;
}

consteval CallRow CallRow::lists(std::string_view items, std::string_view apart_by) const {
  CallRow row = *this;
  row.is_list = true;
  row.items_at = items;
  row.item_id = apart_by;
  return row;
}

consteval CallRow CallRow::pages(Paging by) const {
  CallRow row = *this;
  row.paging = by;
  return row;
}

consteval CallRow CallRow::adds(MakeValue make) const {
  CallRow row = *this;
  row.last_item = make;
  row.adds_item = true;
  return row;
}

consteval CallRow CallRow::picks(std::string_view param, Retcode if_missing) const {
  CallRow row = *this;
  row.picked_by = param;
  row.not_picked = if_missing;
  return row;
}

consteval CallRow CallRow::kept(std::string_view param) const {
  CallRow row = *this;
  row.kept_by = param;
  return row;
}

consteval CallRow CallRow::recent(std::string_view param, int seconds) const {
  CallRow row = kept(param);
  row.recent_seconds = seconds;
  return row;
}

consteval CallRow CallRow::tells(std::string_view field, std::string_view from, ReadMember read) const {
  CallRow row = *this;
  row.told.at(row.told_count++) = {field, from, read};
  return row;
}

consteval CallRow CallRow::tells_all() const {
  CallRow row = *this;
  row.whole = true;
  return row;
}

consteval CallRow CallRow::answers(ReadAnswer make) const {
  CallRow row = *this;
  row.make_answer = make;
  row.makes_answer = true;
  return row;
}

consteval CallRow CallRow::confirms(std::string_view member, Retcode otherwise) const {
  CallRow row = *this;
  row.confirmed = member;
  row.not_confirmed = otherwise;
  return row;
}

consteval CallRow action(std::string_view name) {
  CallRow row;
  row.name = name;
  row.standard = standard_action(name);
  for (std::string_view words = row.standard.needs; !words.empty();) {
    const Named param = read_named(take_word(words));
    row = row.needs(param.name, param.kind);
  }
  for (std::string_view words = row.standard.may_take; !words.empty();) {
    const Named param = read_named(take_word(words));
    row = row.may(param.name, param.kind);
  }
  return row;
}

// --- What the compiler checks ---

// Takes the name of the first place from the front of a path; "" when there is none left, or one that does not end.
constexpr std::string_view take_place(std::string_view& path) {
  const auto open = path.find('{');
  const auto close = open == std::string_view::npos ? open : path.find('}', open);
  if (close == std::string_view::npos) {
    path = {};
    return {};
  }
  const std::string_view name = path.substr(open + 1, close - open - 1);
  path.remove_prefix(close + 1);
  return name;
}

// The parameter that goes into the next place.
constexpr std::string_view take_feed(std::string_view& feeds, std::string_view place) {
  return feeds.empty() ? place : take_word(feeds);
}

constexpr bool CallRow::declares(std::string_view param) const {
  for (std::size_t i = 0; i < param_count; ++i) {
    if (params[i].name == param) return true;
  }
  return false;
}

// Whether the row says what becomes of the parameter.
constexpr bool CallRow::uses(std::string_view param) const {
  if (param == ignored || param == confirmed || param == picked_by) return true;
  std::string_view feeds = path.feeds;
  for (std::string_view rest = path.path; !rest.empty();) {
    const std::string_view place = take_place(rest);
    if (!place.empty() && take_feed(feeds, place) == param) return true;
  }
  for (std::size_t i = 0; i < part_count; ++i) {
    if (parts[i].param == param) return true;
  }
  return false;
}

// One way to do it, and what goes together.
constexpr bool CallRow::is_complete() const {
  if (coded) return method.empty() && part_count == 0 && told_count == 0 && !is_list;
  const int ways = (told_count > 0 ? 1 : 0) + (whole ? 1 : 0) + (makes_answer ? 1 : 0);
  if (method.empty() || !path.path.starts_with('/') || ways > 1) return false;
  if (is_list && (told_count == 0)) return false;
  const bool of_lists = !paging.query.empty() || adds_item || !picked_by.empty() || !kept_by.empty();
  if (of_lists && !is_list) return false;
  return paging.query.empty() || !paging.next.empty() || !item_id.empty();
}

// Every place has a parameter that is there, and every function for a place a place.
constexpr bool CallRow::fills_its_path() const {
  std::size_t places = 0, made = 0, braces = 0;
  for (const char c : path.path) braces += c == '{' || c == '}' ? 1 : 0;
  std::string_view feeds = path.feeds;
  for (std::string_view rest = path.path; !rest.empty();) {
    const std::string_view place = take_place(rest);
    if (place.empty()) continue;
    ++places;
    if (!declares(take_feed(feeds, place))) return false;
    for (std::size_t i = 0; i < part_count; ++i) {
      if (parts[i].where == Where::place && parts[i].name == place) ++made;
    }
  }
  for (std::size_t i = 0; i < part_count; ++i) {
    if (parts[i].where == Where::place && made-- == 0) return false;
  }
  return feeds.empty() && braces == 2 * places;
}

constexpr bool CallRow::names_its_params() const {
  for (std::size_t i = 0; i < part_count; ++i) {
    if (!parts[i].param.empty() && !declares(parts[i].param)) return false;
  }
  for (std::size_t i = 0; i < told_count; ++i) {
    for (std::string_view rest = told[i].from; !rest.empty();) {
      const std::string_view param = take_place(rest);
      if (!param.empty() && !declares(param)) return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (told[j].field == told[i].field) return false;
    }
  }
  for (const std::string_view param : {ignored, confirmed, picked_by, kept_by}) {
    if (!param.empty() && !declares(param)) return false;
  }
  return true;
}

// All that are required are used; what the platform has besides carries a prefix, and nothing is there twice.
constexpr bool CallRow::takes_the_standards() const {
  std::size_t known = 0;
  for (std::string_view words = standard.needs; !words.empty(); ++known) {
    const std::string_view param = read_named(take_word(words)).name;
    if (!coded && !uses(param)) return false;
  }
  for (std::string_view words = standard.may_take; !words.empty(); ++known) take_word(words);
  for (std::size_t i = 0; i < param_count; ++i) {
    if (is_standard() && i >= known && !is_prefixed(params[i].name)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (params[j].name == params[i].name) return false;
    }
  }
  return true;
}

// All fields of the standard, and none besides but such as carry a prefix; in the shape it says.
constexpr bool CallRow::tells_the_standards() const {
  if (!is_standard() || coded) return true;
  const bool tells_list = is_list && picked_by.empty();
  const AnswerShape shape = told_count == 0 ? AnswerShape::nothing
                            : tells_list    ? AnswerShape::list
                                            : AnswerShape::object;
  if (whole || makes_answer || shape != standard.tells) return false;
  for (std::size_t i = 0; i < told_count; ++i) {
    const std::string_view field = told[i].field;
    if (!is_prefixed(field) && !has_word(standard.fields, field) && !has_word(kExtraFields, field)) return false;
  }
  for (std::string_view words = standard.fields; !words.empty();) {
    const std::string_view field = take_word(words);
    bool found = false;
    for (std::size_t i = 0; i < told_count; ++i) found = found || told[i].field == field;
    if (!found) return false;
  }
  return true;
}

constexpr bool CallRow::conforms() const {
  return (is_standard() || is_prefixed(name)) && is_complete() && fills_its_path() && names_its_params() &&
         takes_the_standards() && tells_the_standards();
}

// Whether every row is what the standard says, none stands in the shadow of another, and the platform's own actions
// carry its prefix.
consteval bool conform(std::span<const CallRow> rows, std::string_view prefix) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].conforms() || (!rows[i].is_standard() && !is_of(rows[i].name, prefix))) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (rows[j].name == rows[i].name) return false;
    }
  }
  return true;
}

}  // namespace onebot
