#include "onebot/v11/segments.h"

#include "onebot/crypto.h"
#include "onebot/v11/at.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace onebot::v11 {
namespace {

struct Part {
  std::string_view type{};  // of the OneBot 12 segment, with its prefix
  json::View values{};
  const LoggedEvent& event;
  const Scope& scope;
  SegmentIds ids = SegmentIds::mapped;
};

// What it becomes; without a type: nothing.
using Write = Segment (*)(const Part&);

struct Row {
  std::string_view type{};  // "*." stands for any prefix
  Write write = nullptr;
};

Segment named(const Part& part, std::string_view more = {}) {
  const std::string_view blank = more.empty() ? "" : " ";
  return segment::text(fmt::format("[{}]{}{}", without_prefix(part.type), blank, more));
}

Segment text_or_name(const Part& part, std::string_view text) {
  return text.empty() ? named(part) : segment::text(std::string(text));
}

Native user_of(const Part& part) {
  return {Kind::user, std::string(part.event.platform()), part.values.at("user_id").text()};
}

Segment text(const Part& part) { return segment::text(part.values.at("text").text()); }

Segment mention(const Part& part) {
  const Native user = user_of(part);
  const std::string name = extra_text(part.values, "user_name");
  if (user.id.empty()) return segment::text("@" + name);
  const std::string mapped = id_text(part.scope, user, name);
  Segment at{"at", {{std::string(kAtWho), part.ids == SegmentIds::native ? user.id : mapped}}};
  if (!name.empty()) at.data.push_back({"name", name});
  return at;
}

Segment mention_all(const Part&) { return {"at", {{std::string(kAtWho), kAtAll}}}; }

// --- files ---

struct MediaType {
  std::string_view from{}, to{}, extension{};
};

constexpr std::array<MediaType, 5> kMediaTypes = {{{"image", "image", "jpg"},
                                                   {"voice", "record", "wav"},
                                                   {"audio", "record", "wav"},
                                                   {"video", "video", "mp4"},
                                                   {"file", "file", "bin"}}};

bool is_web_address(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

Segment media(const Part& part) {
  const MediaType& type = *std::ranges::find(kMediaTypes, part.type, &MediaType::from);
  const std::string file_id = part.values.at("file_id").text(), name = extra_text(part.values, "filename name");
  if (file_id.empty()) return named(part);
  const std::string decoded = extra_text(part.values, "wav_url");  // what every consumer can play
  const std::string offered = decoded.empty() ? extra_text(part.values, "url") : decoded;
  const std::string token = decoded.empty()
                                ? media_token(file_id, name, extra_text(part.values, "content_type"), type.extension)
                                : media_token(file_id, "", "", type.extension);
  const std::string_view own = is_web_address(offered) ? std::string_view(offered) : std::string_view();
  const std::string url =
      part.scope.media.address({.token = token, .file_id = file_id, .url = own, .bot = part.scope.bot});
  if (url.empty()) return named(part, type.to == "file" ? std::string_view(name) : std::string_view());

  const bool is_file = type.to == "file";
  Segment out{std::string(type.to), {{"file", is_file && !name.empty() ? name : token}, {"url", url}}};
  if (is_file) out.data.insert(out.data.end(), {{"file_id", token}, {"name", name}});
  if (const auto size = extra_text(part.values, "size"); !size.empty()) out.data.push_back({"file_size", size});
  if (type.to == "image") out.data.push_back({"sub_type", 0});
  return out;
}

// --- others of the standard ---

Segment location(const Part& part) {
  const json::View at = part.values;
  return {"location",
          {{"lat", at.at("latitude").text()},
           {"lon", at.at("longitude").text()},
           {"title", at.at("title").text()},
           {"content", at.at("content").text()}}};
}

// A quoted message that the log never had is known by what the quote says of it.
std::string quoted_body(const Part& part) {
  const std::string content = extra_text(part.values, "content");
  return content.empty() ? std::string() : json::write(as_value({segment::text(content)}));
}

MessageRow row_in_chat(const Part& part, std::string native) {
  const Native chat = part.event.chat();
  return {.bot = part.scope.bot, .native = std::move(native), .chat_kind = chat.kind, .chat = chat.id};
}

Segment reply(const Part& part) {
  std::string native = part.values.at("message_id").text();
  if (native.empty()) return {};
  if (part.ids == SegmentIds::native) return {"reply", {{"id", native}}};
  MessageRow row = row_in_chat(part, std::move(native));
  row.sender = part.values.at("user_id").text();
  row.body = quoted_body(part);
  return {"reply", {{"id", fmt::to_string(part.scope.messages.number(std::move(row)))}}};
}

// --- what platforms add ---

Segment face(const Part& part) {
  const Fields raw{{"faceText", part.values.at("text").text()}};
  return {"face", {{"id", part.values.at("id").text()}, {"raw", raw}}};
}

Segment as_json_text(const Part& part) { return {"json", {{"data", part.values.dump()}}}; }

Segment card(const Part& part) {
  const std::string content = part.values.at("content").text();
  return content.empty() ? named(part) : Segment{"json", {{"data", content}}};
}

Segment merged(const Part& part) {
  std::string native = part.values.at("message_id").text();
  if (native.empty()) return named(part);
  return {"forward", {{"id", fmt::to_string(part.scope.messages.number(row_in_chat(part, std::move(native))))}}};
}

Segment own_text(const Part& part) { return text_or_name(part, part.values.at("text").text()); }

Segment channel(const Part& part) {
  const std::string id = part.values.at("channel_id").text();
  return id.empty() ? named(part) : segment::text("#" + id);
}

Segment person(const Part& part) {
  std::string name = extra_text(part.values, "user_name name");
  if (name.empty()) name = part.values.at("name").text();
  const Native user = user_of(part);
  if (name.empty() && !user.id.empty()) name = part.scope.ids.name(user);
  return text_or_name(part, name.empty() ? "" : "@" + name);
}

Segment with_name(const Part& part) { return named(part, part.values.at("name").text()); }
Segment with_topic(const Part& part) { return named(part, part.values.at("topic").text()); }

constexpr std::array<Row, 22> kRows = {{{"text", text},
                                        {"mention", mention},
                                        {"mention_all", mention_all},
                                        {"image", media},
                                        {"voice", media},
                                        {"audio", media},
                                        {"video", media},
                                        {"file", media},
                                        {"location", location},
                                        {"reply", reply},
                                        {"*.face", face},
                                        {"*.ark", as_json_text},
                                        {"*.embed", as_json_text},
                                        {"*.card", card},
                                        {"*.merge_forward", merged},
                                        {"*.forward", own_text},
                                        {"*.hongbao", own_text},
                                        {"*.system", own_text},
                                        {"*.channel", channel},
                                        {"*.share_user", person},
                                        {"*.folder", with_name},
                                        {"*.vote", with_topic}}};

Segment write(const Part& part) {
  const auto* row = std::ranges::find_if(kRows, [&](const Row& r) { return fits(r.type, part.type); });
  return row == kRows.end() ? named(part) : row->write(part);
}

// Extensions that are safe in the name of a file.
bool is_extension(std::string_view text) {
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 8 && std::ranges::all_of(text, plain);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kContentTypes = {{{"image/jpeg", "jpg"},
                                                                                          {"image/png", "png"},
                                                                                          {"image/gif", "gif"},
                                                                                          {"image/webp", "webp"},
                                                                                          {"image/bmp", "bmp"},
                                                                                          {"audio/wav", "wav"},
                                                                                          {"audio/mpeg", "mp3"},
                                                                                          {"audio/ogg", "ogg"},
                                                                                          {"audio/amr", "amr"},
                                                                                          {"video/mp4", "mp4"}}};

}  // namespace

std::string media_token(std::string_view file_id, std::string_view name, std::string_view content_type,
                        std::string_view fallback) {
  constexpr std::size_t kBytes = 8;
  const std::string digest = crypto::hex(std::string_view(crypto::sha256(file_id)).substr(0, kBytes));
  const auto dot = name.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  if (is_extension(ending)) return fmt::format("{}.{}", digest, ending);
  const auto* known =
      std::ranges::find(kContentTypes, content_type, &std::pair<std::string_view, std::string_view>::first);
  return fmt::format("{}.{}", digest, known == kContentTypes.end() ? fallback : known->second);
}

Value as_value(const Message& message) {
  List list;
  for (const Segment& segment : message) list.push_back(Fields{{"type", segment.type}, {"data", segment.data}});
  return list;
}

Message read_message(const LoggedEvent& event, const Scope& scope, SegmentIds ids) {
  Message message;
  bool replies = false;
  const json::View parts = event.view().at("message");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const json::View part = parts[i];
    Segment segment = write({part.at("type").str(), part.at("data"), event, scope, ids});
    const bool is_reply = segment.type == "reply";
    if (segment.type.empty() || (is_reply && std::exchange(replies, true))) continue;
    message.insert(is_reply ? message.begin() : message.end(), std::move(segment));
  }
  if (message.empty()) message.push_back(segment::text(""));
  return message;
}

}  // namespace onebot::v11
