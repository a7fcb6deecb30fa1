#include "adapters/feishu/messages/run.h"

#include "adapters/kit/portions.h"
#include "adapters/kit/tags.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Message;
using onebot::Retcode;
using onebot::Segment;
using onebot::Status;
using onebot::Value;

constexpr std::string_view kEveryone = "all";
constexpr std::string_view kTags[] = {"at", "b", "i", "u", "s", "a", "p", "br", "strong", "em", "del"};

bool is_word(char c) {
  const char l = onebot::ascii::lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The name of the tag that this text begins with, behind its "<"; "" = it is none.
std::string tag_name(std::string_view text) {
  if (text.starts_with('/')) text.remove_prefix(1);
  std::string name;
  while (name.size() < text.size() && is_word(text[name.size()])) name += onebot::ascii::lower(text[name.size()]);
  return name;
}

bool calls_people(std::string_view behind) { return tag_name(behind) == "at"; }

// An id lands inside an attribute.
bool is_id(std::string_view id) {
  const auto fits = [](char c) { return is_word(c) || c == '-' || c == '~'; };
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, fits);
}

// By any of the platform's names for them: "all", "_all", "@_all".
bool names_everybody(std::string_view id) {
  while (id.starts_with('@') || id.starts_with('_')) id.remove_prefix(1);
  return std::ranges::equal(id, kEveryone, {}, [](char c) { return onebot::ascii::lower(c); });
}

std::string_view mentioned(const Segment& part) {
  return part.type == "mention_all" ? kEveryone : onebot::text_of(part.data, "user_id");
}

List& last(List& paragraphs) { return std::get<List>(paragraphs.back()); }

void add_lines(List& paragraphs, std::string_view text) {
  for (;;) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) last(paragraphs).push_back(Fields{{"tag", "text"}, {"text", line}});
    if (end == std::string_view::npos) return;
    paragraphs.push_back(List{});
    text.remove_prefix(end + 1);
  }
}

void add_image(List& paragraphs, std::string_view key) {
  if (!last(paragraphs).empty()) paragraphs.push_back(List{});
  last(paragraphs).push_back(Fields{{"tag", "img"}, {"image_key", key}});
  paragraphs.push_back(List{});
}

}  // namespace

bool has_markup(std::string_view text) {
  if (text.find("](") != std::string_view::npos) return true;  // [text](address) is a link
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (std::ranges::find(kTags, tag_name(text.substr(at + 1))) != std::end(kTags)) return true;
  }
  return false;
}

bool Run::takes(const Segment& segment, const Dialect& dialect) {
  if (segment.type == "text" || segment.type == "mention" || segment.type == "mention_all") return true;
  if (segment.type == "image") return dialect.rich;
  return dialect.rich && segment.type == fmt::format("{}emotion", dialect.prefix);
}

Status Run::add(const Segment& segment) {
  if (segment.type == "text") return onebot::append_text(parts_, onebot::text_of(segment.data, "text")), Status();
  const std::string_view id = onebot::text_of(segment.data, "user_id");
  if (segment.type == "mention" && names_everybody(id)) {
    return onebot::fail(Retcode::bad_segment_data,
                        "segment \"mention\": \"user_id\" names everybody, whom only \"mention_all\" calls");
  }
  if (segment.type == "mention" && !is_id(id)) {
    return onebot::fail(Retcode::bad_segment_data, "segment \"mention\": \"user_id\" is not an id of this platform");
  }
  if (segment.type.ends_with(".emotion") && onebot::text_of(segment.data, "emoji_type").empty()) {
    return onebot::fail(Retcode::bad_segment_data,
                        fmt::format("segment \"{}\": \"emoji_type\" must be a string that is not empty", segment.type));
  }
  parts_.push_back(segment);
  return {};
}

std::vector<Outgoing> Run::take() {
  Message parts = std::exchange(parts_, {});
  if (parts.empty()) return {};
  if (parts.size() == 1 && parts.front().type == "image") return {{"image", {{"image_key", key_of(parts.front())}}}};
  const bool literal = std::ranges::any_of(parts, [](const Segment& part) {
    return part.type == "text" ? has_markup(onebot::text_of(part.data, "text")) : !part.type.starts_with("mention");
  });
  return dialect_.rich && literal ? as_posts(parts) : as_texts(parts);
}

// Of a platform that has nothing but text, nobody knows how it mentions people: it gets names, and no tag that might.
std::vector<Outgoing> Run::as_texts(const Message& parts) const {
  kit::Portions texts(kMostText, text_cost);
  if (!dialect_.rich) {
    texts.add(kit::without_tags(onebot::alt_text(parts), calls_people));
  } else {
    for (const Segment& part : parts) {
      if (part.type == "text")
        texts.add(onebot::text_of(part.data, "text"));
      else
        texts.add_whole(fmt::format("<at user_id=\"{}\"></at>", mentioned(part)));
    }
  }
  std::vector<Outgoing> out;
  for (std::string& text : texts.take()) out.push_back({"text", {{"text", std::move(text)}}});
  return out;
}

std::vector<Outgoing> Run::as_posts(const Message& parts) const {
  List paragraphs{List{}};
  bool after_image = false;  // whose paragraph has ended already
  for (const Segment& part : parts) {
    std::string_view text = onebot::text_of(part.data, "text");
    if (part.type == "text") {
      if (after_image && text.starts_with('\n')) text.remove_prefix(1);
      add_lines(paragraphs, text);
    } else if (part.type == "image") {
      add_image(paragraphs, key_of(part));
    } else if (part.type.starts_with("mention")) {
      last(paragraphs).push_back(Fields{{"tag", "at"}, {"user_id", mentioned(part)}});
    } else {
      last(paragraphs).push_back(Fields{{"tag", "emotion"}, {"emoji_type", onebot::text_of(part.data, "emoji_type")}});
    }
    after_image = part.type == "image";
  }
  if (last(paragraphs).empty()) paragraphs.pop_back();
  for (Value& paragraph : paragraphs) {
    auto& nodes = std::get<List>(paragraph);
    if (nodes.empty()) nodes.push_back(Fields{{"tag", "text"}, {"text", ""}});
  }
  std::vector<Outgoing> out;
  for (List& post : posts_of(std::move(paragraphs))) {
    out.push_back({"post", {{"zh_cn", Fields{{"title", ""}, {"content", std::move(post)}}}}});
  }
  return out;
}

std::string Run::key_of(const Segment& image) const {
  const auto found = resources_.find({Kind::image, std::string(onebot::text_of(image.data, "file_id"))});
  return found == resources_.end() ? std::string() : found->second.key;
}

}  // namespace feishu
