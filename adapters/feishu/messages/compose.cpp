#include "adapters/feishu/messages/compose.h"

#include "onebot/json.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Message;
using onebot::Result;
using onebot::Retcode;
using onebot::Segment;
using onebot::Status;
using onebot::Value;

constexpr std::string_view kEveryone = "all";
constexpr std::string_view kTags[] = {"at", "b", "i", "u", "s", "a", "p", "br", "strong", "em", "del"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_word(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// An id lands inside an attribute.
bool is_id(std::string_view id) {
  const auto fits = [](char c) { return is_word(c) || c == '-' || c == '~'; };
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, fits);
}

// What can be sent, with Feishu's prefix; a dialect has its own in its place.
constexpr std::string_view kSegments[] = {"text",
                                          "mention",
                                          "mention_all",
                                          "reply",
                                          "image",
                                          "voice",
                                          "video",
                                          "audio",
                                          "file",
                                          "feishu.emotion",
                                          "feishu.card",
                                          "feishu.post",
                                          "feishu.sticker",
                                          "feishu.share_chat",
                                          "feishu.share_user"};
static_assert(onebot::conform_segments(kSegments, "feishu"));

bool is_known(std::string_view type, std::string_view prefix) {
  constexpr std::string_view kFeishu = "feishu.";
  const bool own = type.starts_with(prefix);
  if (own) type.remove_prefix(prefix.size());
  return std::ranges::any_of(kSegments, [&](std::string_view known) {
    if (known.starts_with(kFeishu) != own) return false;
    return type == (own ? known.substr(kFeishu.size()) : known);
  });
}

// Extended segments that go out as they are.
struct Passed {
  std::string_view segment{}, msg_type{};
  std::string_view member{};  // the one it is about
  bool whole = false;         // the member is the content, as an object or as JSON text; else it is in the content
};
constexpr Passed kPassed[] = {
    {"card", "interactive", "content", true}, {"post", "post", "content", true},
    {"sticker", "sticker", "file_key"},       {"share_chat", "share_chat", "chat_id"},
    {"share_user", "share_user", "user_id"},
};

static_assert(std::ranges::all_of(kPassed, [](const Passed& passed) {
  return std::ranges::any_of(kSegments, [&](std::string_view known) { return known.ends_with(passed.segment); });
}));

// Text, mentions, emotions and images that become one message.
class Run {
 public:
  Run(const Dialect& dialect, const Resources& resources) : dialect_(dialect), resources_(resources) {}

  void add(const Segment& segment) {
    if (segment.type == "text") return onebot::append_text(parts_, onebot::text_of(segment.data, "text"));
    parts_.push_back(segment);
  }
  bool empty() const { return parts_.empty(); }
  Outgoing take() {
    Message parts = std::exchange(parts_, {});
    if (parts.size() == 1 && parts.front().type == "image") return {"image", {{"image_key", key_of(parts.front())}}};
    if (!dialect_.rich) return {"text", {{"text", plain(parts)}}};
    const bool literal = std::ranges::any_of(parts, [](const Segment& part) {
      return part.type == "text" ? has_markup(onebot::text_of(part.data, "text")) : !part.type.starts_with("mention");
    });
    return literal ? as_post(parts) : Outgoing{"text", {{"text", with_tags(parts)}}};
  }

 private:
  // Names instead of mentions, for a platform whose way to mention is not known.
  static std::string plain(const Message& parts) { return onebot::alt_text(parts); }

  static std::string with_tags(const Message& parts) {
    std::string out;
    for (const Segment& part : parts) {
      if (part.type == "text")
        out += onebot::text_of(part.data, "text");
      else
        out += fmt::format("<at user_id=\"{}\"></at>", mentioned(part));
    }
    return out;
  }

  Outgoing as_post(const Message& parts) const {
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
        last(paragraphs)
            .push_back(Fields{{"tag", "emotion"}, {"emoji_type", onebot::text_of(part.data, "emoji_type")}});
      }
      after_image = part.type == "image";
    }
    if (last(paragraphs).empty()) paragraphs.pop_back();
    for (Value& paragraph : paragraphs) {
      auto& nodes = std::get<List>(paragraph);
      if (nodes.empty()) nodes.push_back(Fields{{"tag", "text"}, {"text", ""}});
    }
    return {"post", {{"zh_cn", Fields{{"title", ""}, {"content", std::move(paragraphs)}}}}};
  }

  static void add_lines(List& paragraphs, std::string_view text) {
    for (;;) {
      const auto end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      if (!line.empty()) last(paragraphs).push_back(Fields{{"tag", "text"}, {"text", line}});
      if (end == std::string_view::npos) return;
      paragraphs.push_back(List{});
      text.remove_prefix(end + 1);
    }
  }

  static void add_image(List& paragraphs, std::string_view key) {
    if (!last(paragraphs).empty()) paragraphs.push_back(List{});
    last(paragraphs).push_back(Fields{{"tag", "img"}, {"image_key", key}});
    paragraphs.push_back(List{});
  }

  std::string key_of(const Segment& image) const {
    const auto found = resources_.find({Kind::image, std::string(onebot::text_of(image.data, "file_id"))});
    return found == resources_.end() ? std::string() : found->second.key;
  }

  static List& last(List& paragraphs) { return std::get<List>(paragraphs.back()); }
  static std::string_view mentioned(const Segment& part) {
    return part.type == "mention_all" ? kEveryone : onebot::text_of(part.data, "user_id");
  }

  const Dialect& dialect_;
  const Resources& resources_;
  Message parts_{};
};

std::unexpected<onebot::Error> unsupported(const Segment& segment) {
  return onebot::fail(Retcode::unsupported_segment, fmt::format("segment \"{}\" cannot be sent", segment.type));
}

Result<Outgoing> pass(const Segment& segment, const Passed& passed) {
  const Value* value = onebot::find(segment.data, passed.member);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  const auto* object = value ? std::get_if<Fields>(value) : nullptr;
  if (passed.whole && object) return Outgoing{std::string(passed.msg_type), *object};
  if (passed.whole && text) {
    const auto parsed = onebot::json::Document::parse(*text);
    if (parsed && parsed->root().is_object()) {
      return Outgoing{std::string(passed.msg_type), std::get<Fields>(parsed->root().value())};
    }
  }
  if (!passed.whole && text && !text->empty()) {
    return Outgoing{std::string(passed.msg_type), {{std::string(passed.member), *text}}};
  }
  return onebot::fail(Retcode::bad_segment_data,
                      fmt::format("segment \"{}\": \"{}\" must be {}", segment.type, passed.member,
                                  passed.whole ? "an object or the JSON text of one" : "a string that is not empty"));
}

const Passed* find_passed(const Segment& segment, const Dialect& dialect) {
  std::string_view type = segment.type;
  if (!dialect.rich || !type.starts_with(dialect.prefix)) return nullptr;
  type.remove_prefix(dialect.prefix.size());
  const auto* found = std::ranges::find(kPassed, type, &Passed::segment);
  return found == std::end(kPassed) ? nullptr : found;
}

bool is_inline(const Segment& segment, const Dialect& dialect) {
  if (segment.type == "text" || segment.type == "mention" || segment.type == "mention_all") return true;
  if (segment.type == "image") return dialect.rich;
  return dialect.rich && segment.type == fmt::format("{}emotion", dialect.prefix);
}

Status check_inline(const Segment& segment) {
  if (segment.type == "mention" && !is_id(onebot::text_of(segment.data, "user_id"))) {
    return onebot::fail(Retcode::bad_segment_data, "segment \"mention\": \"user_id\" is not an id of this platform");
  }
  if (segment.type.ends_with(".emotion") && onebot::text_of(segment.data, "emoji_type").empty()) {
    return onebot::fail(Retcode::bad_segment_data,
                        fmt::format("segment \"{}\": \"emoji_type\" must be a string that is not empty", segment.type));
  }
  return {};
}

constexpr std::string_view kMediaTypes[] = {"image", "audio", "media", "file"};  // by Kind

Outgoing as_media(const Segment& segment, const Resources& resources) {
  const Upload upload{kind_of(segment), std::string(onebot::text_of(segment.data, "file_id"))};
  const auto found = resources.find(upload);
  const Resource resource = found == resources.end() ? Resource{upload.kind} : found->second;
  const std::string_view member = resource.kind == Kind::image ? "image_key" : "file_key";
  return {std::string(kMediaTypes[static_cast<std::size_t>(resource.kind)]), {{std::string(member), resource.key}}};
}

Status check_media(const Segment& segment, Offered offered) {
  const bool can = kind_of(segment) == Kind::image ? offered.images : offered.files;
  return can ? Status() : Status(unsupported(segment));
}

Status take_reply(Composed& out, const Segment& segment, bool has_replies) {
  const std::string_view id = onebot::text_of(segment.data, "message_id");
  if (id.empty()) return onebot::fail(Retcode::bad_segment_data, "segment \"reply\": \"message_id\" is empty");
  if (!has_replies)
    out.dropped_reply = true;
  else if (out.reply_to.empty())
    out.reply_to = id;
  return {};
}

}  // namespace

bool has_markup(std::string_view text) {
  if (text.find("](") != std::string_view::npos) return true;  // [text](address) is a link
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('/')) rest.remove_prefix(1);
    std::string name;
    while (name.size() < rest.size() && is_word(rest[name.size()])) name += lower(rest[name.size()]);
    if (std::ranges::find(kTags, name) != std::end(kTags)) return true;
  }
  return false;
}

Result<Composed> compose(const Message& message, const Dialect& dialect, Offered offered, const Resources& resources) {
  Composed out;
  Run run(dialect, resources);
  const auto flush = [&] {
    if (!run.empty()) out.messages.push_back(run.take());
  };
  for (const Segment& segment : message) {
    if (!is_known(segment.type, dialect.prefix)) return unsupported(segment);
    if (is_media(segment)) {
      ONEBOT_CHECK(check_media(segment, offered));
    }
    if (segment.type == "reply") {
      ONEBOT_CHECK(take_reply(out, segment, offered.replies));
    } else if (is_inline(segment, dialect)) {
      ONEBOT_CHECK(check_inline(segment));
      run.add(segment);
    } else if (is_media(segment)) {
      flush();
      out.messages.push_back(as_media(segment, resources));
    } else if (const Passed* passed = find_passed(segment, dialect)) {
      ONEBOT_TRY(outgoing, pass(segment, *passed));
      flush();
      out.messages.push_back(std::move(outgoing));
    } else {
      return unsupported(segment);
    }
  }
  flush();
  if (out.messages.empty()) return onebot::fail(Retcode::bad_param, "\"message\": nothing to send");
  return out;
}

std::string body_of(const Outgoing& message, std::string_view receive_id, std::string_view uuid, const Dialect& dialect,
                    bool in_thread) {
  const Value content =
      dialect.content_is_object ? Value(message.content) : Value(onebot::json::write(message.content));
  if (!receive_id.empty()) {
    return onebot::json::write(
        Fields{{"receive_id", receive_id}, {"msg_type", message.msg_type}, {"content", content}, {"uuid", uuid}});
  }
  Fields body{{"content", content}, {"msg_type", message.msg_type}};
  if (in_thread) body.push_back({"reply_in_thread", true});
  body.push_back({"uuid", uuid});
  return onebot::json::write(body);
}

}  // namespace feishu
