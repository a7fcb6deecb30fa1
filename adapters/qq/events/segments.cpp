#include "adapters/qq/events/segments.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/events/scalars.h"
#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/segments_quote.h"
#include "adapters/qq/events/unknown.h"

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
void strip_front(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with(kNoBreakSpace)) {
    text.remove_prefix(text.starts_with(' ') ? 1 : kNoBreakSpace.size());
  }
}

void strip_back(std::string_view& text) {
  while (text.ends_with(' ') || text.ends_with(kNoBreakSpace)) {
    text.remove_suffix(text.ends_with(' ') ? 1 : kNoBreakSpace.size());
  }
}

// The same of a whole message.
void strip(Message& message) {
  const auto strip_with = [](Segment& segment, void (*from_end)(std::string_view&)) {
    if (segment.type != "text") return;
    const std::string_view whole = onebot::text_of(segment.data, "text");
    std::string_view text = whole;
    from_end(text);
    if (text.size() != whole.size()) segment = onebot::segment::text(std::string(text));
  };
  if (message.empty()) return;
  strip_with(message.front(), strip_front);
  strip_with(message.back(), strip_back);
  std::erase_if(message, [](const Segment& segment) {
    return segment.type == "text" && onebot::text_of(segment.data, "text").empty();
  });
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

struct Source {
  View d{};
  const Self& self;
  Scene scene = Scene::c2c;
  View own{};              // mention of the bot
  std::string answered{};  // who wrote the message that this one answers: mentioned by that
};

Segment mention(const Source& source, std::string_view id) {
  if (!names_self(source.own, source.self, id)) return mention_segment(source.d, id);
  return onebot::segment::mention(source.self.user_id.empty() ? std::string(id) : source.self.user_id);
}

void append_token(Message& message, const Token& token, const Source& source, std::vector<View>& attachments) {
  switch (token.kind) {
    case Token::Kind::text:
      if (source.scene == Scene::guild) return append_text(message, unescape(token.text));
      return append_text(message, token.text);
    case Token::Kind::mention:
      message.push_back(mention(source, token.text));
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
    segment.data.push_back({std::string(name == "type" ? "qq.type" : name), kept(value)});
  });
  return segment;
}

bool is_keyboard(View native) { return !native.at("id").text().empty() || native.at("content.rows").size() > 0; }
bool is_markdown(View native) { return !native.at("content").str().empty() || !native.str().empty(); }

Segment markdown_of(View native) {
  return native.is_string() ? Segment{"qq.markdown", {{"content", native.str()}}} : card("qq.markdown", native);
}

// The members of a message. Those that are cards become segments by themselves.
constexpr Member kMembers[] = {{"id", Member::Kind::text},
                               {"author", Member::Kind::object},
                               {"content", Member::Kind::text},
                               {"timestamp", Member::Kind::text},
                               {"message_type", Member::Kind::text},
                               {"message_scene", Member::Kind::object},
                               {"message_reference", Member::Kind::object},
                               {"member", Member::Kind::object},
                               {"attachments", Member::Kind::list},
                               {"mentions", Member::Kind::list},
                               {"embeds", Member::Kind::list},
                               {"msg_elements", Member::Kind::list},
                               {"ark", Member::Kind::object},
                               {"ark_data", Member::Kind::object}};

void append_cards(Message& message, View d) {
  if (const View ark = d.at("ark_data"); ark.is_object()) message.push_back(card("qq.ark", ark));
  if (const View ark = d.at("ark"); ark.is_object()) message.push_back(card("qq.ark", ark));
  for (const View embed : items(d.at("embeds"))) {
    if (embed.is_object()) message.push_back(card("qq.embed", embed));
    if (!embed.is_object()) append_unknown(message, "embed", embed);
  }
  if (const View markdown = d.at("markdown"); is_markdown(markdown)) message.push_back(markdown_of(markdown));
  if (const View keyboard = d.at("keyboard"); is_keyboard(keyboard)) message.push_back(card("qq.keyboard", keyboard));
}

// What is not as QQ documents it, and what QQ may add tomorrow.
void append_rest(Message& message, View d, const Self& self) {
  append_unknown_mentions(message, d, self);
  for (const View element : items(d.at("msg_elements"))) {
    if (!element.is_object()) append_unknown(message, "msg_element", element);
  }
  if (const View keyboard = d.at("keyboard"); keyboard.is_string()) append_unknown(message, "keyboard", keyboard);
  for (onebot::Field& member : unknown_members(d, kMembers, Scalars::left_out)) {
    if (member.name == "markdown" && is_markdown(d.at("markdown"))) continue;
    if (member.name == "keyboard" && is_keyboard(d.at("keyboard"))) continue;
    message.push_back({"qq.unknown", {{"name", member.name}, {"node", std::move(member.value)}}});
  }
}

// A message is never empty.
Segment unknown(View d) {
  Segment segment{"qq.unknown"};
  if (const auto type = whole(d.at("message_type"))) segment.data.push_back({"message_type", *type});
  return segment;
}

// Whom the text mentions no longer, or never has.
Message untagged(const Source& source, const Message& shown, Taken taken) {
  Message people = untagged_mentions(source.d, source.self, shown, taken);
  const std::string& own_id = source.self.user_id;
  const auto is_own = [&](const Segment& segment) { return mentions(segment, own_id); };
  if (!source.answered.empty() && source.answered != own_id) {
    std::erase_if(people, [&](const Segment& segment) { return mentions(segment, source.answered); });
  }
  const bool is_there = std::ranges::any_of(people, is_own) || std::ranges::any_of(shown, is_own);
  if (taken == Taken::mention_of_self && !own_id.empty() && !is_there) {
    people.insert(people.begin(), onebot::segment::mention(own_id));
  }
  return people;
}

void append(Message& message, Message more) {
  for (Segment& segment : more) {
    if (segment.type == "text" && !message.empty() && message.back().type == "text") {
      onebot::append_text(message, onebot::text_of(segment.data, "text"));
    } else {
      message.push_back(std::move(segment));
    }
  }
}

// The text, with those in front whom it mentions without a tag, and without the blanks that their tags have left.
Message read_content(const Source& source, std::string_view content, Taken taken, std::vector<View>& attachments) {
  const Tags tags{.scene = source.scene, .everyone = mentions_everyone(source.d), .known_id = [&](std::string_view id) {
                    const bool own = source.scene != Scene::c2c && names_self(source.own, source.self, id);
                    return own || !mentioned(source.d, id).is_missing();
                  }};
  Message shown;
  for (const Token& token : tokenize(content, tags)) append_token(shown, token, source, attachments);
  Message message = untagged(source, shown, taken);
  if (!message.empty() || taken == Taken::mention_of_self) strip(shown);
  append(message, std::move(shown));
  return message;
}

Message read(View d, const Self& self, Scene scene, Taken taken = Taken::nothing) {
  Source source{.d = d, .self = self, .scene = scene, .own = mention_of_self(d, self)};
  const std::string written = d.at("content").text();
  std::string_view content = written;
  Message message;
  if (std::optional<Quote> quote = read_quote(d, scene, self)) {
    if (quote->holds_content) content = {};
    if (quote->is_answer) strip_front(content);
    source.answered = onebot::text_of(quote->segment.data, "user_id");
    message.push_back(std::move(quote->segment));
  }
  std::vector<View> attachments = items(d.at("attachments"));
  append(message, read_content(source, content, taken, attachments));
  for (const View attachment : attachments) append_attachment(message, attachment);
  append_cards(message, d);
  append_rest(message, d, self);
  if (message.empty()) message.push_back(unknown(d));
  return message;
}

// Whether the two parts would run together: a mention at the front, whose tag QQ took away with its blank, and text.
bool runs_together(const Segment& before, const Segment& after) {
  if (before.type != "mention" && before.type != "mention_all") return false;
  const std::string_view text = onebot::text_of(after.data, "text");
  return after.type != "text" || !(text.starts_with(' ') || text.starts_with(kNoBreakSpace));
}

}  // namespace

Result<Message> read_c2c(View d, const Self& self) { return read(d, self, Scene::c2c); }
Result<Message> read_group(View d, const Self& self) { return read(d, self, Scene::group); }
Result<Message> read_guild(View d, const Self& self) { return read(d, self, Scene::guild); }
Result<Message> read_group_at(View d, const Self& self) { return read(d, self, Scene::group, Taken::mention_of_self); }

std::string alt_message(const Message& message, View d, const Self& self, std::string_view self_name) {
  std::string own_name = person_name(mention_of_self(d, self));
  if (own_name.empty()) own_name = self_name;
  std::string readable;
  bool front = true;
  const Segment* before = nullptr;
  for (const Segment& part : message) {
    if (part.type == "qq.quote") continue;  // like a reply
    if (front && before && runs_together(*before, part)) readable.push_back(' ');
    if (part.type == "qq.face" && !onebot::text_of(part.data, "text").empty()) {
      readable += onebot::text_of(part.data, "text");
    } else {
      onebot::append_alt_text(readable, part, mentions(part, self.user_id) ? own_name : std::string());
    }
    front = front && (part.type == "reply" || part.type == "mention" || part.type == "mention_all");
    before = &part;
  }
  return readable;
}

bool is_own_echo(View d, const Self& self) {
  const View author = d.at("author"), own = mention_of_self(d, self);
  for (const std::string_view name : {"id", "member_openid", "user_openid"}) {
    if (names_self(own, self, author.at(name).text())) return true;
  }
  return false;
}

}  // namespace qq
