#include "adapters/qq/events/segments.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/segments_quote.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace qq {

using onebot::Fields;
using onebot::Message;
using onebot::Result;
using onebot::Segment;
using onebot::Self;
using onebot::json::View;

namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// QQ leaves the blank that followed the mention it removed, sometimes as U+00A0, and blanks at the end.
std::string_view strip_blanks(std::string_view text) {
  const auto strip = [&text](std::string_view blank) {
    const bool front = text.starts_with(blank);
    const bool back = !front && text.ends_with(blank);
    if (front) text.remove_prefix(blank.size());
    if (back) text.remove_suffix(blank.size());
    return front || back;
  };
  while (strip(" ") || strip(kNoBreakSpace)) {
  }
  return text;
}

Segment mention(View d, const Self& self, std::string_view id) {
  if (is_self(d, self, id)) return onebot::segment::mention(self.user_id.empty() ? std::string(id) : self.user_id);
  Segment segment = onebot::segment::mention(std::string(id));
  if (std::string name = mentioned(d, id).at("username").text(); !name.empty()) {
    segment.data.push_back({"qq.user_name", std::move(name)});
  }
  return segment;
}

Segment face(const Token& token) {
  Segment segment{"qq.face", {{"id", token.text}}};
  if (token.face_type.empty()) return segment;
  std::int64_t kind = 0;
  for (const char digit : token.face_type) kind = kind * 10 + (digit - '0');
  segment.data.push_back({"face_type", kind});
  segment.data.push_back({"text", face_name(token.extra)});
  return segment;
}

// Face 0 of type 6 stands for a favourite sticker, whose picture is among the attachments.
bool is_picture(const Token& token) { return token.face_type == "6" && token.text == "0"; }

std::vector<View> items(View list) {
  std::vector<View> out;
  for (std::size_t i = 0; i < list.size(); ++i) out.push_back(list[i]);
  return out;
}

Segment take_picture(const Token& token, std::vector<View>& attachments) {
  const auto picture = std::find_if(attachments.begin(), attachments.end(), is_image);
  if (picture == attachments.end()) return face(token);
  Segment segment = attachment_segment(*picture);
  attachments.erase(picture);
  return segment;
}

bool mentions(const Segment& segment, std::string_view user_id) {
  return segment.type == "mention" && onebot::text_of(segment.data, "user_id") == user_id;
}

// Whether the text begins with a tag, such as the mention itself.
bool shows_tag(View d) { return strip_blanks(d.at("content").str()).starts_with('<'); }

struct Source {
  View d{};
  const Self& self;
  Scene scene = Scene::c2c;
};

void append_token(Message& message, const Token& token, const Source& source, std::vector<View>& attachments) {
  switch (token.kind) {
    case Token::Kind::text:
      if (source.scene == Scene::guild) return append_text(message, unescape(token.text));
      return append_text(message, token.text);
    case Token::Kind::mention:
      message.push_back(mention(source.d, source.self, token.text));
      return;
    case Token::Kind::mention_all:
      message.push_back(onebot::segment::mention_all());
      return;
    case Token::Kind::channel:
      message.push_back({"qq.channel", {{"channel_id", token.text}}});
      return;
    case Token::Kind::emoji:
      message.push_back(face(token));
      return;
    case Token::Kind::face:
      message.push_back(is_picture(token) ? take_picture(token, attachments) : face(token));
      return;
  }
}

// A segment's data has no member called "type" (the standard reserves it); QQ's becomes "qq.type".
Segment card(std::string type, View native) {
  Segment segment{std::move(type)};
  native.members([&segment](std::string_view name, View value) {
    segment.data.push_back({std::string(name == "type" ? "qq.type" : name), value.value()});
  });
  return segment;
}

void append_cards(Message& message, View d) {
  if (const View ark = d.at("ark_data"); ark.is_object()) message.push_back(card("qq.ark", ark));
  if (const View ark = d.at("ark"); ark.is_object()) message.push_back(card("qq.ark", ark));
  for (const View embed : items(d.at("embeds"))) message.push_back(card("qq.embed", embed));
}

// What QQ may add tomorrow must not leave the message empty.
Segment unknown(View d) {
  Segment segment{"qq.unknown"};
  if (const auto type = d.at("message_type").integer()) segment.data.push_back({"message_type", *type});
  return segment;
}

onebot::Status check(View d) {
  const View content = d.at("content");
  if (!content.is_null() && !content.is_string()) {
    return fail(onebot::Retcode::refused, "\"content\" is not a string");
  }
  for (const std::string_view list : {"attachments", "mentions", "embeds", "msg_elements"}) {
    if (const View value = d.at(list); !value.is_null() && !value.is_array()) {
      return fail(onebot::Retcode::refused, fmt::format("\"{}\" is not a list", list));
    }
  }
  return {};
}

Message read(const Source& source, std::string_view content) {
  const View d = source.d;
  Message message;
  if (std::optional<Quote> quote = read_quote(d, source.scene, source.self)) {
    if (quote->holds_content) content = {};
    message.push_back(std::move(quote->segment));
  }
  std::vector<View> attachments = items(d.at("attachments"));
  const Tags tags{.scene = source.scene, .everyone = mentions_everyone(d), .known_id = [&](std::string_view id) {
                    return is_self(d, source.self, id) || !mentioned(d, id).is_missing();
                  }};
  for (const Token& token : tokenize(content, tags)) append_token(message, token, source, attachments);
  for (const View attachment : attachments) message.push_back(attachment_segment(attachment));
  append_cards(message, d);
  return message;
}

Result<Message> complete(Message message, View d) {
  if (message.empty()) message.push_back(unknown(d));
  return message;
}

Result<Message> read_scene(View d, const Self& self, Scene scene) {
  ONEBOT_CHECK(check(d));
  return complete(read({.d = d, .self = self, .scene = scene}, d.at("content").str()), d);
}

}  // namespace

Result<Message> read_c2c(View d, const Self& self) { return read_scene(d, self, Scene::c2c); }
Result<Message> read_group(View d, const Self& self) { return read_scene(d, self, Scene::group); }
Result<Message> read_guild(View d, const Self& self) { return read_scene(d, self, Scene::guild); }

Result<Message> read_group_at(View d, const Self& self) {
  ONEBOT_CHECK(check(d));
  Message message = read({.d = d, .self = self, .scene = Scene::group}, strip_blanks(d.at("content").str()));
  const auto first =
      std::find_if(message.begin(), message.end(), [](const Segment& part) { return part.type != "reply"; });
  if (first == message.end() || !mentions(*first, self.user_id))
    message.insert(first, onebot::segment::mention(self.user_id));
  return message;
}

std::string alt_message(const Message& message, View d, const Self& self, std::string_view self_name) {
  std::string own_name = mention_of_self(d, self).at("username").text();
  if (own_name.empty()) own_name = self_name;
  Message readable;
  bool front = true;
  for (const Segment& part : message) {
    readable.push_back(part);
    Segment& last = readable.back();
    if (part.type == "qq.face" && !onebot::text_of(part.data, "text").empty()) last.type = "text";
    if (mentions(part, self.user_id)) {
      if (!own_name.empty()) last.data.push_back({"qq.user_name", own_name});
      // The blank that QQ left where it removed the mention.
      if (front && !shows_tag(d) && &part != &message.back()) readable.push_back(onebot::segment::text(" "));
    }
    front = part.type == "reply";
  }
  return onebot::alt_text(readable);
}

bool is_own_echo(View d, const Self& self) {
  const View author = d.at("author");
  for (const std::string_view name : {"id", "member_openid", "user_openid"}) {
    if (is_self(d, self, author.at(name).text())) return true;
  }
  return false;
}

}  // namespace qq
