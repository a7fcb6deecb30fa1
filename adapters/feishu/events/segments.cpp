#include "adapters/feishu/events/segments.h"

#include "adapters/feishu/events/mentions.h"
#include "adapters/feishu/events/post.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::Message;
using onebot::Segment;
using onebot::json::Document;
using onebot::json::View;

// A message of schema 2.0 with its content parsed.
struct Received {
  std::string_view type{};
  std::string message_id{};
  View content{};
  std::string_view raw{};
  View mentions{};
  const Account& account;

  std::string file(std::string_view kind, std::string_view key) const {
    return file_id(kind, message_id, content.at(key).str(), account);
  }
  bool has(std::string_view name) const { return !content.at(name).text().empty(); }
};

// Puts a number of milliseconds into the segment as seconds.
void add_duration(Segment& segment, const Received& in) {
  if (const auto duration = in.content.at("duration").number()) {
    segment.data.push_back({in.account.extension("duration"), *duration / 1000});
  }
}

void add_name(Segment& segment, const Received& in) {
  if (in.has("file_name")) segment.data.push_back({in.account.extension("name"), in.content.at("file_name").text()});
}

// Every reader gives nothing when the content is not what its type promises.
Message read_text(const Received& in) {
  Message message;
  append_with_mentions(message, in.content.at("text").str(), in.mentions, in.account);
  return message;
}

Message read_rich(const Received& in) { return read_post(in.content, in.mentions, in.message_id, in.account); }

Message read_image(const Received& in) {
  if (!in.has("image_key")) return {};
  return {onebot::segment::image(in.file("image", "image_key"))};
}

Message read_file(const Received& in) {
  if (!in.has("file_key")) return {};
  Segment segment = onebot::segment::file(in.file("file", "file_key"));
  add_name(segment, in);
  return {std::move(segment)};
}

Message read_audio(const Received& in) {
  if (!in.has("file_key")) return {};
  Segment segment = onebot::segment::voice(in.file("file", "file_key"));
  add_duration(segment, in);
  return {std::move(segment)};
}

Message read_media(const Received& in) {
  if (!in.has("file_key")) return {};
  Segment segment = onebot::segment::video(in.file("file", "file_key"));
  add_name(segment, in);
  add_duration(segment, in);
  if (in.has("image_key")) {
    segment.data.push_back({in.account.extension("cover_file_id"), in.file("image", "image_key")});
  }
  return {std::move(segment)};
}

Message read_folder(const Received& in) {
  if (!in.has("file_key")) return {};
  return {{in.account.extension("folder"),
           {{"file_key", in.content.at("file_key").text()}, {"name", in.content.at("file_name").text()}}}};
}

// A card is free-form, so it travels as text: dotted names in it would be taken apart by applications.
Message read_card(const Received& in) { return {{in.account.extension("card"), {{"content", in.raw}}}}; }

Message read_location(const Received& in) {
  const auto latitude = in.content.at("latitude").number(), longitude = in.content.at("longitude").number();
  if (!latitude || !longitude) return {};
  return {onebot::segment::location(*latitude, *longitude, in.content.at("name").text(), "")};
}

Message read_forward(const Received& in) {
  return {{in.account.extension("merge_forward"), {{"message_id", in.message_id}}}};
}

// The members of the content as they are. "type" is no name for a member of a segment, and a dot would split it.
Fields copied(View content) {
  Fields fields;
  content.members([&fields](std::string_view name, View member) {
    if (name != "type" && name.find('.') == std::string_view::npos) {
      fields.push_back({std::string(name), member.value()});
    }
  });
  return fields;
}

struct Kind {
  std::string_view message_type{};
  Message (*read)(const Received&) = nullptr;
  std::string_view copied_as{};  // without a reader: the extended segment that holds the content
};
constexpr Kind kKinds[] = {
    {"text", read_text},
    {"post", read_rich},
    {"image", read_image},
    {"file", read_file},
    {"folder", read_folder},
    {"audio", read_audio},
    {"media", read_media},
    {"interactive", read_card},
    {"location", read_location},
    {"merge_forward", read_forward},
    {"sticker", nullptr, "sticker"},
    {"share_chat", nullptr, "share_chat"},
    {"share_user", nullptr, "share_user"},
    {"system", nullptr, "system"},
    {"hongbao", nullptr, "hongbao"},
    {"share_calendar_event", nullptr, "calendar"},
    {"calendar", nullptr, "calendar"},
    {"general_calendar", nullptr, "calendar"},
    {"video_chat", nullptr, "video_chat"},
    {"todo", nullptr, "todo"},
    {"vote", nullptr, "vote"},
};

Message read_copied(const Received& in, std::string_view name) {
  Fields data = copied(in.content);
  if (name == "calendar") data.insert(data.begin(), {"kind", in.type});
  return {{in.account.extension(name), std::move(data)}};
}

Message read_content(const Received& in) {
  for (const Kind& kind : kKinds) {
    if (kind.message_type != in.type) continue;
    return kind.read ? kind.read(in) : read_copied(in, kind.copied_as);
  }
  return {};
}

Segment unknown(std::string_view type, std::string content, const Account& account) {
  return {account.extension("unknown"), {{"message_type", type}, {"content", std::move(content)}}};
}

// The message that this one answers, in front of it.
void add_reply(Message& message, View parent, const Account& account) {
  const std::string id = parent.text();
  if (id.empty()) return;
  const std::string author = account.memory ? account.memory->author(id) : std::string();
  message.insert(message.begin(), onebot::segment::reply(id, author));
}

std::string escaped(std::string_view part) {
  std::string out;
  for (const char c : part) {
    if (c == '%')
      out += "%25";
    else if (c == ':')
      out += "%3A";
    else
      out += c;
  }
  return out;
}

Message read_legacy_content(View native, const std::string& id, const Account& account) {
  const std::string_view type = native.at("msg_type").str();
  Message message;
  if (type == "text") {
    append_legacy_text(message, native.at("text").str(), account);
  } else if (type == "post") {
    message = read_legacy_post(native, id, account);
  } else if (const std::string_view key = native.at("image_key").str(); type == "image" && !key.empty()) {
    message.push_back(onebot::segment::image(file_id("image", id, key, account)));
  } else if (const std::string_view file = native.at("file_key").str(); type == "file" && !file.empty()) {
    message.push_back(onebot::segment::file(file_id("file", id, file, account)));
  } else if (type == "merge_forward") {
    message.push_back(
        {account.extension("merge_forward"), {{"message_id", id}, {"messages", native.at("msg_list").value()}}});
  }
  return message;
}

}  // namespace

std::string file_id(std::string_view kind, std::string_view message_id, std::string_view key, const Account& account) {
  return fmt::format("{}res:{}:{}:{}", account.dialect().prefix, kind, escaped(message_id), escaped(key));
}

onebot::Result<Message> read_message(View native, const onebot::Self& self) {
  const Account& account = static_cast<const Account&>(self);
  const View message = native.at("message"), content = message.at("content");
  const std::string raw = content.is_string() || content.is_null() ? content.text() : content.dump();
  const auto parsed = Document::parse(raw);
  Message out;
  if (parsed && parsed->root().is_object()) {
    out = read_content({.type = message.at("message_type").str(),
                        .message_id = message.at("message_id").text(),
                        .content = parsed->root(),
                        .raw = raw,
                        .mentions = message.at("mentions"),
                        .account = account});
  }
  if (out.empty()) out.push_back(unknown(message.at("message_type").str(), raw, account));
  add_reply(out, message.at("parent_id"), account);
  return out;
}

onebot::Result<Message> read_legacy_message(View native, const onebot::Self& self) {
  const Account& account = static_cast<const Account&>(self);
  Message out = read_legacy_content(native, native.at("open_message_id").text(), account);
  if (out.empty()) out.push_back(unknown(native.at("msg_type").str(), native.dump(), account));
  add_reply(out, native.at("parent_id"), account);
  return out;
}

std::string alt_message(const Message& message, const Account& account) {
  const std::string_view prefix = account.dialect().prefix;
  std::string out;
  for (const Segment& part : message) {
    std::string_view type = part.type;
    if (type == "text" || type == "mention" || type == "mention_all") {
      out += onebot::alt_text({part});
    } else if (type == "file") {
      out += fmt::format("[file:{}]", onebot::text_of(part.data, account.extension("name")));
    } else if (type == "location") {
      out += fmt::format("[location:{}]", onebot::text_of(part.data, "title"));
    } else if (type != "reply") {
      if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
      out += fmt::format("[{}]", type);
    }
  }
  return out;
}

}  // namespace feishu
