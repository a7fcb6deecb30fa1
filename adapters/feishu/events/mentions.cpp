#include "adapters/feishu/events/mentions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace feishu {
namespace {

using onebot::Message;
using onebot::Segment;
using onebot::json::View;

constexpr std::string_view kAll = "@_all", kPlaceholder = "@_user_";
constexpr std::size_t kLongestKey = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Whether "@_all" at this place is no part of an address or of a longer name.
bool is_word_of_its_own(std::string_view text, std::size_t at) {
  if (at > 0 && is_word(text[at - 1])) return false;
  const std::string_view behind = text.substr(at + kAll.size());
  if (behind.empty()) return true;
  const bool joins = behind[0] == '.' || behind[0] == '-' || behind[0] == '@';
  return !is_word(behind[joins && behind.size() > 1 ? 1 : 0]);
}

// <at NAME=VALUE ...>SHOWN</at>
struct Tag {
  std::string_view head{};  // its names and values
  std::string_view shown{};
  std::size_t size = 0;  // of the whole
};

std::optional<Tag> read_tag(std::string_view text) {
  constexpr std::string_view kOpen = "<at ", kClose = "</at>";
  if (!text.starts_with(kOpen)) return std::nullopt;
  text = text.substr(0, kLongestPiece);
  const auto end = text.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  Tag tag{.head = text.substr(kOpen.size() - 1, end - kOpen.size() + 1), .size = end + 1};
  if (tag.head.ends_with('/')) {
    tag.head.remove_suffix(1);
    return tag;
  }
  const auto close = text.find(kClose, end);
  if (close == std::string_view::npos) return std::nullopt;
  tag.shown = text.substr(end + 1, close - end - 1);
  tag.size = close + kClose.size();
  if (tag.shown.starts_with('@')) tag.shown.remove_prefix(1);
  return tag;
}

std::string_view person_in(const Segment& segment) { return onebot::text_of(segment.data, "user_id"); }

// The people, and "" for everybody, whom a message mentions.
std::set<std::string, std::less<>> mentioned_in(const Message& message) {
  std::set<std::string, std::less<>> people;
  for (const Segment& segment : message) {
    if (segment.type == "mention" || segment.type == "mention_all") people.emplace(person_in(segment));
  }
  return people;
}

}  // namespace

std::optional<std::string_view> attribute(std::string_view head, std::string_view name) {
  const std::string wanted = fmt::format(" {}=", name);
  const auto at = head.find(wanted);
  if (at == std::string_view::npos) return std::nullopt;
  head.remove_prefix(at + wanted.size());
  const char quote = head.empty() ? '\0' : head.front();
  if (quote != '"' && quote != '\'') return head.substr(0, head.find(' '));
  head.remove_prefix(1);
  const auto end = head.find(quote);
  if (end == std::string_view::npos) return std::nullopt;
  return head.substr(0, end);
}

void append(Message& message, Segment segment) {
  if (segment.type == "text") return onebot::append_text(message, onebot::text_of(segment.data, "text"));
  message.push_back(std::move(segment));
}

bool is_everyone(std::string_view name) { return name == "all" || name == "@all" || name == kAll; }

Segment unknown(std::string_view message_type, std::string content, const Account& account) {
  return {account.extension("unknown"), {{"message_type", message_type}, {"content", std::move(content)}}};
}

bool is_empty(View view) {
  if (view.is_string()) return view.str().empty();
  if (view.is_array()) return view.size() == 0;
  bool empty = view.is_null() || view.is_object();
  view.members([&empty](std::string_view, View) { empty = false; });
  return empty;
}

Mentions::Mentions(View entries, const Account& account)
    : entries_(entries), account_(account), shown_(entries.size()) {
  const auto add = [this](View name, std::size_t entry) {
    if (!name.str().empty()) places_.emplace(name.str(), entry);
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const View entry = entries[i], ids = entry.at("id");
    add(entry.at("key"), i);
    add(ids, i);
    for (const std::string_view name : kIdTypeNames) {
      add(ids.at(name), i);
      add(entry.at(name), i);
    }
  }
  // The platform counts its placeholders from 1, in the order of the entries.
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].at("key").str().empty()) places_.emplace(fmt::format("{}{}", kPlaceholder, i + 1), i);
  }
}

std::optional<std::size_t> Mentions::find(std::string_view key_or_id) const {
  const auto found = places_.find(key_or_id);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

Segment Mentions::person(std::string user_id, std::string_view name) const {
  Segment segment = onebot::segment::mention(std::move(user_id));
  if (!name.empty()) segment.data.push_back({account_.extension("user_name"), name});
  return segment;
}

bool Mentions::is_bot_by_name(View entry) const {
  return entry.at("mentioned_type").str() == "bot" && !account_.name.empty() &&
         entry.at("name").str() == account_.name && !account_.user_id.empty();
}

std::optional<Segment> Mentions::read(View entry, std::string_view shown) const {
  std::string id = first_id({entry.at("id"), entry}, account_);
  if (is_everyone(entry.at("key").str()) || is_everyone(id)) return onebot::segment::mention_all();
  if (id.empty() && is_bot_by_name(entry)) id = account_.user_id;
  const std::string_view told = entry.at("name").str(), name = told.empty() ? shown : told;
  if (!id.empty()) return person(std::move(id), name);
  if (name.empty()) return std::nullopt;
  return onebot::segment::text(fmt::format("@{}", name));
}

std::optional<Segment> Mentions::read_with_kind(View entry) const {
  auto segment = read(entry, {});
  const std::string_view kind = entry.at("mentioned_type").str();
  if (segment && segment->type == "mention" && !kind.empty()) {
    segment->data.push_back({account_.extension("mentioned_type"), kind});
  }
  return segment;
}

std::optional<Segment> Mentions::of(std::string_view key_or_id, std::string_view shown) {
  if (is_everyone(key_or_id)) return onebot::segment::mention_all();
  if (const auto entry = find(key_or_id)) {
    shown_[*entry] = true;
    return read(entries_[*entry], shown);
  }
  const bool is_id = !key_or_id.empty() && !key_or_id.starts_with(kPlaceholder);
  if (is_id) return person(known_as(key_or_id, account_), shown);
  const std::string_view name = shown.empty() ? key_or_id : shown;
  if (name.empty()) return std::nullopt;
  return onebot::segment::text(fmt::format("{}{}", name.starts_with('@') ? "" : "@", name));
}

std::optional<Found> Mentions::placeholder(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const bool all = rest.starts_with(kAll);
  if (all && !is_word_of_its_own(text, at)) return std::nullopt;
  for (std::size_t size = std::min(rest.size(), kLongestKey); size > 1; --size) {
    const std::string_view key = rest.substr(0, size);
    const bool cut = is_digit(key.back()) && size < rest.size() && is_digit(rest[size]);
    const auto entry = cut ? std::nullopt : find(key);
    if (!entry) continue;
    shown_[*entry] = true;
    auto segment = read_with_kind(entries_[*entry]);
    if (!segment) return std::nullopt;
    return Found{size, *std::move(segment)};
  }
  if (!all) return std::nullopt;
  return Found{kAll.size(), onebot::segment::mention_all()};
}

std::optional<Found> Mentions::tag(std::string_view text, std::size_t at) {
  const auto tag = read_tag(text.substr(at));
  if (!tag) return std::nullopt;
  std::optional<std::string_view> id;
  for (const std::string_view name : {"open_id", "user_id", "id", "union_id"}) {
    if (id && !id->empty()) break;
    if (const auto value = attribute(tag->head, name)) id = value;
  }
  if (!id) return std::nullopt;
  auto segment = of(*id, tag->shown);
  if (!segment) return std::nullopt;
  return Found{tag->size, *std::move(segment)};
}

void Mentions::append_text(Message& message, std::string_view text) {
  append_pieces(message, text, "@", [this](std::string_view in, std::size_t at) { return placeholder(in, at); });
}

void Mentions::append_tagged_text(Message& message, std::string_view text) {
  append_pieces(message, text, "<", [this](std::string_view in, std::size_t at) { return tag(in, at); });
}

void Mentions::add_others(Message& message, std::string_view message_type) {
  auto mentioned = mentioned_in(message);
  Message front;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (shown_[i]) continue;
    auto segment = read_with_kind(entries_[i]);
    if (!segment) {
      if (!is_empty(entries_[i])) message.push_back(unknown(message_type, entries_[i].dump(), account_));
    } else if (segment->type == "text") {
      onebot::append_text(front, fmt::format("{} ", onebot::text_of(segment->data, "text")));
    } else if (mentioned.emplace(person_in(*segment)).second) {
      front.push_back(*std::move(segment));
    }
  }
  if (!entries_.is_array() && !is_empty(entries_)) {
    message.push_back(unknown(message_type, entries_.dump(), account_));
  }
  if (front.empty()) return;
  for (Segment& segment : message) append(front, std::move(segment));
  message = std::move(front);
}

}  // namespace feishu
