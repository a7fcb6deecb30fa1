#include "tests/trees.h"

#include "onebot/json.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>

namespace trees {
namespace {

using onebot::Event;
using onebot::Field;
using onebot::Fields;
using onebot::List;
using onebot::Segment;
using onebot::Value;
using onebot::json::Document;

constexpr std::string_view kKept = "kept-";
constexpr char kInto = '>', kDot = '.';

std::optional<Value> read(std::string_view text) {
  const auto document = Document::parse(text);
  if (!document) return std::nullopt;
  return document->root().value();
}

// JSON of objects and lists within text.
std::optional<Value> inside(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text || (!text->starts_with('{') && !text->starts_with('['))) return std::nullopt;
  return read(*text);
}

Value small(Dice& dice, const Words& words) {
  switch (dice.below(10)) {
    case 0:
      return Value();
    case 1:
      return dice.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(dice.below(3));
    case 3:
      return 1.5;
    case 4:
      return List();
    case 5:
      return Fields();
    default:
      return dice.one_of(words.texts);
  }
}

Value grow(Dice& dice, const Words& words, int depth) {
  const std::size_t kind = depth == 0 ? 0 : dice.below(8);
  if (kind < 2) return small(dice, words);
  if (kind < 4) {
    List list;
    for (std::size_t i = dice.below(4); i > 0; --i) list.push_back(grow(dice, words, depth - 1));
    return list;
  }
  Fields fields;
  for (std::size_t i = dice.below(5); i > 0; --i) {
    onebot::set(fields, dice.one_of(words.names), grow(dice, words, depth - 1));
  }
  if (kind == 4) return onebot::json::write(fields);
  return fields;
}

std::string joined(std::string_view path, char by, std::string_view step) {
  return path.empty() ? std::string(step) : fmt::format("{}{}{}", path, by, step);
}

bool is_within(std::string_view path, std::string_view place) {
  if (!path.starts_with(place)) return false;
  return path.size() == place.size() || path[place.size()] == kDot || path[place.size()] == kInto;
}

void collect(const Value& value, const std::string& path, char by, const std::vector<std::string>& within,
             std::vector<std::string>& places) {
  if (by == kDot && std::ranges::any_of(within, [&](const auto& place) { return is_within(path, place); })) {
    places.push_back(path);
  }
  if (const auto* list = std::get_if<List>(&value)) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      collect((*list)[i], joined(path, by, fmt::to_string(i)), kDot, within, places);
    }
  } else if (const auto* fields = std::get_if<Fields>(&value)) {
    for (const Field& field : *fields) collect(field.value, joined(path, by, field.name), kDot, within, places);
  } else if (const auto parsed = inside(value)) {
    collect(*parsed, path, kInto, within, places);
  }
}

Value* member(Value& value, std::string_view step) {
  if (auto* list = std::get_if<List>(&value)) {
    const auto at = static_cast<std::size_t>(std::strtoul(std::string(step).c_str(), nullptr, 10));
    return at < list->size() ? &(*list)[at] : nullptr;
  }
  auto* fields = std::get_if<Fields>(&value);
  const auto found = fields ? std::ranges::find(*fields, step, &Field::name) : Fields::iterator();
  return fields && found != fields->end() ? &found->value : nullptr;
}

void put_into(Value& value, std::string_view path, const Value& tree) {
  const auto end = std::min(path.find_first_of(".>"), path.size());
  Value* next = member(value, path.substr(0, end));
  if (!next) return;
  if (end == path.size()) {
    *next = tree;
  } else if (path[end] == kDot) {
    put_into(*next, path.substr(end + 1), tree);
  } else if (auto parsed = inside(*next)) {
    put_into(*parsed, path.substr(end + 1), tree);
    *next = onebot::json::write(*parsed);
  }
}

std::set<std::string> kept_in(std::string_view text) {
  std::set<std::string> words;
  for (auto at = text.find(kKept); at != std::string_view::npos; at = text.find(kKept, at + 1)) {
    auto end = at + kKept.size();
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0)) ++end;
    words.emplace(text.substr(at, end - at));
  }
  return words;
}

// What an application reads in it.
std::string readable(const Event& event) {
  if (event.detail_type.ends_with(".malformed")) return {};
  if (event.type != "message") return onebot::json::write(event.fields);
  std::string text;
  for (const Segment& segment : event.message) {
    if (segment.type == "text") text += std::string(onebot::text_of(segment.data, "text")) + "\n";
  }
  return text;
}

// The first of these ids, by their names, that is not there; "" = they all are.
std::string missing_in(const Fields& fields, std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = onebot::take_word(names);
    const bool is_id = name.find(':') == std::string_view::npos;
    if (is_id && onebot::text_of(fields, name).empty()) return std::string(name);
  }
  return {};
}

std::string missing_in(const Segment& segment) {
  const auto* standard = std::ranges::find(onebot::kStandardSegments, segment.type, &onebot::StandardSegment::type);
  return standard == std::end(onebot::kStandardSegments) ? std::string() : missing_in(segment.data, standard->holds);
}

// Who recalled a message or let somebody in, and whose it was, platforms do not always say.
std::string missing_in(const Event& event) {
  const std::string name = fmt::format("{}.{}", event.type, event.detail_type);
  const auto* standard = std::ranges::find(onebot::kStandardEvents, name, &onebot::StandardEvent::name);
  if (standard == std::end(onebot::kStandardEvents)) return {};
  std::string wanted;
  for (std::string_view fields = standard->fields; !fields.empty();) {
    const std::string_view field = onebot::take_word(fields);
    const bool untold = field == "operator_id" || (field == "user_id" && name.ends_with("_message_delete"));
    if (!untold) wanted += fmt::format("{}{}", wanted.empty() ? "" : " ", field);
  }
  return missing_in(event.fields, wanted);
}

}  // namespace

// SplitMix64.
std::uint64_t Dice::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
  z = (z ^ z >> 27) * 0x94d049bb133111ebU;
  return z ^ z >> 31;
}

Value make(Dice& dice, const Words& words) { return grow(dice, words, 3); }

std::vector<std::string> places_in(const Value& native, const std::vector<std::string>& within) {
  std::vector<std::string> places;
  collect(native, "", kDot, within, places);
  return places;
}

Value put(Value native, std::string_view place, const Value& tree) {
  put_into(native, place, tree);
  return native;
}

std::string problem_of(std::string_view native, const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) {
    text += readable(event);
    if (const std::string id = missing_in(event); !id.empty()) {
      return fmt::format("{}.{} has no \"{}\"", event.type, event.detail_type, id);
    }
    for (const Segment& segment : event.message) {
      const std::string id = missing_in(segment);
      if (!id.empty()) return fmt::format("segment {} has no \"{}\"", segment.type, id);
    }
  }
  for (const std::string& word : kept_in(native)) {
    if (text.find(word) == std::string::npos) return fmt::format("\"{}\" is lost", word);
  }
  return {};
}

std::string play(const Play& play, std::size_t rounds) {
  struct Ready {
    Value native{};
    std::vector<std::string> places{};
  };
  std::vector<Ready> ready;
  for (const Sample& sample : play.samples) {
    const auto native = read(sample.native);
    if (!native) return "a sample is no JSON: " + sample.native;
    ready.push_back({*native, places_in(*native, sample.within)});
    if (ready.back().places.empty()) return "a sample has no such place: " + sample.native;
    const std::string problem = problem_of(sample.native, play.translate(sample.native));
    if (!problem.empty()) return fmt::format("{} even as it is: {}", problem, sample.native);
  }
  Dice dice(play.seed);
  for (std::size_t i = 0; i < rounds; ++i) {
    const Ready& one = ready[i % ready.size()];
    const std::string& place = dice.one_of(one.places);
    const std::string native = onebot::json::write(put(one.native, place, make(dice, play.words)));
    const std::string problem = problem_of(native, play.translate(native));
    if (!problem.empty()) return fmt::format("{} (round {}, {}): {}", problem, i, place, native);
  }
  return {};
}

std::size_t rounds_or(std::size_t otherwise) {
  const char* told = std::getenv("ONEBRIDGE_TREES");
  return told ? static_cast<std::size_t>(std::strtoull(told, nullptr, 10)) : otherwise;
}

}  // namespace trees
