#include "onebot/segment.h"

#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace onebot {
namespace {

bool fits(const Value& value, ValueKind kind) {
  if (kind != ValueKind::number) return std::holds_alternative<std::string>(value);
  return std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value) ||
         std::holds_alternative<std::uint64_t>(value);
}

Status check_member(const Segment& segment, Named member) {
  const Value* value = find(segment.data, member.name);
  if (value && fits(*value, member.kind)) return {};
  return fail(Retcode::bad_segment_data, fmt::format("segment \"{}\": \"{}\" must be a {}", segment.type, member.name,
                                                     member.kind == ValueKind::number ? "number" : "string"));
}

// Segments that the standard does not have are the platform's to understand.
Status check_members(const Segment& segment) {
  const auto* standard = std::ranges::find(kStandardSegments, std::string_view(segment.type), &StandardSegment::type);
  if (standard == std::end(kStandardSegments)) return {};
  for (std::string_view words = standard->holds; !words.empty();) {
    ONEBOT_CHECK(check_member(segment, read_named(take_word(words))));
  }
  for (std::string_view words = standard->may_hold; !words.empty();) {
    const Named member = read_named(take_word(words));
    if (!find(segment.data, member.name)) continue;
    ONEBOT_CHECK(check_member(segment, member));
  }
  return {};
}

Result<Segment> read_segment(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return segment::text(*text);
  const auto* object = std::get_if<Fields>(&value);
  if (!object) return fail(Retcode::bad_param, "\"message\": a segment must be an object with \"type\" and \"data\"");
  Segment segment{std::string(text_of(*object, "type"))};
  if (segment.type.empty()) return fail(Retcode::bad_param, "\"message\": a segment without a \"type\"");
  const Value* data = find(*object, "data");
  if (data && !data->is_null()) {
    const auto* fields = std::get_if<Fields>(data);
    if (!fields) {
      return fail(Retcode::bad_segment_data, fmt::format("segment \"{}\": \"data\" must be an object", segment.type));
    }
    segment.data = *fields;
  }
  ONEBOT_CHECK(check_members(segment));
  return segment;
}

// A segment that shows nothing: an empty text.
bool is_empty(const Segment& segment) { return segment.type == "text" && text_of(segment.data, "text").empty(); }

// A reply stands first, and there is one.
Status order(Message& message) {
  const auto is_reply = [](const Segment& segment) { return segment.type == "reply"; };
  const auto reply = std::find_if(message.begin(), message.end(), is_reply);
  if (reply == message.end()) return {};
  if (std::any_of(std::next(reply), message.end(), is_reply)) {
    return fail(Retcode::unsupported_segment_data, "segment \"reply\": a message answers one other message at most");
  }
  std::rotate(message.begin(), reply, std::next(reply));
  return {};
}

std::string_view name_in(const Fields& data, std::string_view other) {
  for (const Field& field : data) {
    const auto* text = std::get_if<std::string>(&field.value);
    if (text && !text->empty() && field.name.ends_with(".user_name")) return *text;
  }
  return other.empty() ? text_of(data, "user_id") : other;
}

}  // namespace

namespace segment {
namespace {

// With one member. A list in braces would copy it.
Segment holding(std::string_view type, std::string_view name, std::string text) {
  Segment segment{std::string(type)};
  segment.data.push_back({std::string(name), std::move(text)});
  return segment;
}

}  // namespace

Segment text(std::string text) { return holding("text", "text", std::move(text)); }
Segment mention(std::string user_id) { return holding("mention", "user_id", std::move(user_id)); }
Segment mention_all() { return {"mention_all", {}}; }
Segment image(std::string file_id) { return holding("image", "file_id", std::move(file_id)); }
Segment voice(std::string file_id) { return holding("voice", "file_id", std::move(file_id)); }
Segment audio(std::string file_id) { return holding("audio", "file_id", std::move(file_id)); }
Segment video(std::string file_id) { return holding("video", "file_id", std::move(file_id)); }
Segment file(std::string file_id) { return holding("file", "file_id", std::move(file_id)); }
Segment location(double latitude, double longitude, std::string title, std::string content) {
  return {
      "location",
      {{"latitude", latitude}, {"longitude", longitude}, {"title", std::move(title)}, {"content", std::move(content)}}};
}
Segment reply(std::string message_id, std::string user_id) {
  Segment reply = holding("reply", "message_id", std::move(message_id));
  reply.data.push_back({"user_id", std::move(user_id)});
  return reply;
}

}  // namespace segment

void append_text(Message& message, std::string_view text) {
  if (text.empty()) return;
  if (!message.empty() && message.back().type == "text") {
    for (Field& field : message.back().data) {
      if (auto* held = std::get_if<std::string>(&field.value); held && field.name == "text") return void(*held += text);
    }
  }
  message.push_back(segment::text(std::string(text)));
}

Result<Message> read_message_param(const Fields& params) {
  const Value* value = find(params, "message");
  if (!value) return fail(Retcode::bad_param, "\"message\" is missing");
  Message message;
  if (const auto* list = std::get_if<List>(value)) {
    for (const Value& item : *list) {
      ONEBOT_TRY(segment, read_segment(item));
      message.push_back(std::move(segment));
    }
  } else if (std::holds_alternative<std::string>(*value) || std::holds_alternative<Fields>(*value)) {
    ONEBOT_TRY(segment, read_segment(*value));
    message.push_back(std::move(segment));
  } else {
    return fail(Retcode::bad_param, "\"message\" must be a list of segments, a segment or a string");
  }
  std::erase_if(message, is_empty);
  if (message.empty()) return fail(Retcode::bad_param, "\"message\": nothing to send");
  ONEBOT_CHECK(order(message));
  return message;
}

void append_alt_text(std::string& out, const Segment& part, std::string_view name) {
  if (part.type == "text") {
    out += text_of(part.data, "text");
  } else if (part.type == "mention") {
    out.push_back('@');
    out += name_in(part.data, name);
  } else if (part.type == "mention_all") {
    out += "@all";
  } else if (part.type != "reply") {
    out.append("[").append(part.type).append("]");
  }
}

std::string alt_text(const Message& message) {
  std::string out;
  for (const Segment& part : message) append_alt_text(out, part);
  return out;
}

}  // namespace onebot
