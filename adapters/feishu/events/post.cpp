#include "adapters/feishu/events/post.h"

#include "adapters/feishu/events/nodes.h"
#include "adapters/feishu/events/segments.h"
#include "onebot/json_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::Message;
using onebot::Segment;
using onebot::json::View;

// One object, taken apart: the members of a body, and those that hold another.
struct Body {
  struct Inner {
    std::string_view name{};
    View body{};
  };
  View title{}, content{}, markdown{}, files{};
  std::vector<Inner> inner{};
  Fields others{};
};

// What bodies say, in the order in which it is told.
struct Told {
  Message titles{}, text{}, files{}, unknown{};
};

bool is_unknown(const Segment& segment) { return segment.type.ends_with(".unknown"); }

bool is_blank(const Segment& segment) {
  return segment.type == "text" && onebot::text_of(segment.data, "text").find_first_not_of('\n') == std::string::npos;
}

// Whether something of it was understood.
bool says_something(const Message& message) {
  return !std::ranges::all_of(message, [](const Segment& segment) { return is_unknown(segment) || is_blank(segment); });
}

bool holds_rows(View member) { return member.is_array() || member.is_string(); }

// "zh_cn" and its like.
bool is_locale(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return name.size() == 5 && is_letter(name[0]) && is_letter(name[1]) && (name[2] == '_' || name[2] == '-') &&
         is_letter(name[3]) && is_letter(name[4]);
}

// Whether it is a body, or holds one: under any name, or as the bare rows of a locale.
bool holds_body(View object) {
  bool holds = false;
  object.members([&holds](std::string_view name, View member) {
    const bool rows = (name == "content" || name == "content_v2" || is_locale(name)) && holds_rows(member);
    const bool other = (name == "files" && member.is_array()) || (name == "title" && member.is_string());
    holds = holds || rows || other || holds_body(member);
  });
  return holds;
}

Body take_apart(View object) {
  Body body;
  object.members([&body](std::string_view name, View member) {
    if (name == "title" && member.is_string()) {
      body.title = member;
    } else if (name == "content" && holds_rows(member)) {
      body.content = member;
    } else if (name == "content_v2" && holds_rows(member)) {
      body.markdown = member;
    } else if (name == "files" && member.is_array()) {
      body.files = member;
    } else if (holds_body(member) || (is_locale(name) && holds_rows(member))) {
      body.inner.push_back({name, member});
    } else if (!is_empty(member)) {
      body.others.push_back({std::string(name), member.value()});
    }
  });
  return body;
}

void add(Message& to, Message from) { std::ranges::move(from, std::back_inserter(to)); }

void keep_unknown(Told& told, onebot::Field member, const RichText& in) {
  told.unknown.push_back(unknown("post", onebot::json::write(Fields{std::move(member)}), in.account));
}

Message read_rows(View rows, const RichText& in) {
  Message message;
  if (rows.is_string()) append_markdown(message, rows.str(), in);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) onebot::append_text(message, "\n");
    append_node(message, rows[i], in);
  }
  return message;
}

bool is_file(const Segment& segment) {
  return !onebot::text_of(segment.data, "file_id").empty() || !onebot::text_of(segment.data, "file_key").empty();
}

// The files in the other form of a text that is understood already. Whom it mentions, that mentions as well.
void read_files(Told& told, View markdown, const RichText& in) {
  Mentions aside = in.mentions;
  Message message = read_rows(markdown, {.mentions = aside, .message_id = in.message_id, .account = in.account});
  std::ranges::copy_if(message, std::back_inserter(told.files), is_file);
}

// "content", or "content_v2" when nothing of it is understood.
void read_text(Told& told, const Body& body, const RichText& in) {
  told.text = read_rows(body.content, in);
  if (says_something(told.text)) return read_files(told, body.markdown, in);
  std::ranges::copy_if(told.text, std::back_inserter(told.unknown), is_unknown);
  told.text = read_rows(body.markdown, in);
  if (says_something(told.text)) return;
  std::ranges::copy_if(told.text, std::back_inserter(told.unknown), is_unknown);
  told.text.clear();
}

Told read_body(View object, const RichText& in);

// They are read until one says something; other locales would say the same, and what is no locale is kept.
void read_inner(Told& told, const Body& body, const RichText& in) {
  bool done = says_something(told.text);
  Message spare_titles;
  for (const Body::Inner& inner : body.inner) {
    if (done && is_locale(inner.name)) continue;
    if (done) {
      keep_unknown(told, {std::string(inner.name), inner.body.value()}, in);
      continue;
    }
    Told one = read_body(inner.body, in);
    done = says_something(one.text);
    if (done) told.text = std::move(one.text);
    if (done || !is_locale(inner.name)) {
      add(told.titles, std::move(one.titles));
    } else if (spare_titles.empty()) {
      spare_titles = std::move(one.titles);
    }
    add(told.files, std::move(one.files));
    add(told.unknown, std::move(one.unknown));
  }
  if (!done) add(told.titles, std::move(spare_titles));
}

Told read_body(View object, const RichText& in) {
  const Body body = object.is_object() ? take_apart(object) : Body{.content = object};
  Told told;
  if (!body.title.str().empty()) onebot::append_text(told.titles, fmt::format("{}\n", body.title.str()));
  read_text(told, body, in);
  for (std::size_t i = 0; i < body.files.size(); ++i) append_listed_file(told.files, body.files[i], in);
  read_inner(told, body, in);
  for (const onebot::Field& other : body.others) keep_unknown(told, other, in);
  return told;
}

// What tells one file of a message from another.
std::string name_of(const Segment& file) {
  return fmt::format("{} {}{}", file.type, onebot::text_of(file.data, "file_id"),
                     onebot::text_of(file.data, "file_key"));
}

// Those that the message does not show already.
void add_files(Message& message, Message files) {
  std::set<std::string> shown;
  for (const Segment& segment : message) shown.insert(name_of(segment));
  for (Segment& file : files) {
    if (is_unknown(file) || shown.insert(name_of(file)).second) message.push_back(std::move(file));
  }
}

// <a href=ADDRESS ...>SHOWN</a>
std::optional<Found> html_link(std::string_view rest) {
  constexpr std::string_view kOpen = "<a ", kClose = "</a>";
  const auto end = rest.find('>'), close = rest.find(kClose);
  if (!rest.starts_with(kOpen) || close == std::string_view::npos || end > close) return std::nullopt;
  const auto href = attribute(rest.substr(kOpen.size() - 1, end - kOpen.size() + 1), "href");
  const std::string_view shown = rest.substr(end + 1, close - end - 1);
  if (!href || href->empty() || shown == *href || shown.find('<') != shown.npos) return std::nullopt;
  return Found{close + kClose.size(), onebot::segment::text(fmt::format("[{}]({})", shown, *href))};
}

// A tag of HTML at this place: "</p><p>" and "<br>" end a line, a link shows where it leads, others are dropped. A "<"
// that begins no tag is text.
std::optional<Found> html_tag(std::string_view text, std::size_t at) {
  constexpr std::string_view kParagraph = "</p><p>";
  const std::string_view rest = text.substr(at, kLongestPiece);
  const char first = rest.size() > 1 ? rest[1] : '\0';
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  const auto end = first == '/' || letter ? rest.find('>') : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  if (rest.starts_with(kParagraph)) return Found{kParagraph.size(), onebot::segment::text("\n")};
  if (auto link = html_link(rest)) return link;
  const bool line = rest.starts_with("<br>") || rest.starts_with("<br/>") || rest.starts_with("<br ");
  return Found{end + 1, onebot::segment::text(line ? "\n" : "")};
}

}  // namespace

Message read_post(View content, Mentions& mentions, std::string_view message_id, const Account& account) {
  const RichText in{.mentions = mentions, .message_id = message_id, .account = account};
  Told told = read_body(content, in);
  Message message = std::move(told.titles);
  for (Segment& segment : told.text) append(message, std::move(segment));
  add_files(message, std::move(told.files));
  add(message, std::move(told.unknown));
  return message;
}

Message read_legacy_post(View native, std::string_view message_id, const Account& account) {
  Message message;
  if (!native.at("title").str().empty()) onebot::append_text(message, fmt::format("{}\n", native.at("title").str()));
  Mentions mentions({}, account);
  append_pieces(message, native.at("text").str(), "<", [&mentions](std::string_view text, std::size_t at) {
    auto mention = mentions.tag(text, at);
    return mention ? mention : html_tag(text, at);
  });
  const View keys = native.at("image_keys");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string key = keys[i].text();
    if (!key.empty()) {
      message.push_back(onebot::segment::image(file_id("image", message_id, key, account)));
    } else if (!is_empty(keys[i])) {
      message.push_back(unknown("post", keys[i].dump(), account));
    }
  }
  return message;
}

}  // namespace feishu
