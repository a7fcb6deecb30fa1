#include "adapters/feishu/events/segments.h"

#include "adapters/feishu/events/mentions.h"
#include "adapters/feishu/events/nodes.h"
#include "adapters/feishu/events/post.h"
#include "onebot/json_write.h"
#include "onebot/native_path.h"
#include "onebot/standard.h"

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
  View content{};  // missing when it is no JSON
  std::string_view raw{};
  Mentions& mentions;
  const Account& account;
};

// Every reader gives nothing when the content is not what its type promises.
Message read_text(const Received& in) {
  Message message;
  in.mentions.append_text(message, in.content.at("text").text());
  return message;
}

Message read_rich(const Received& in) { return read_post(in.content, in.mentions, in.message_id, in.account); }

// What is a node within rich text is a message of its own as well.
template <NodeReader read>
Message read_node(const Received& in) {
  Message message;
  read(message, in.content, {in.mentions, in.message_id, in.account});
  return message;
}

Message read_folder(const Received& in) {
  const std::string key = in.content.at("file_key").text();
  if (key.empty()) return {};
  return {{in.account.extension("folder"), {{"file_key", key}, {"name", in.content.at("file_name").text()}}}};
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

// The members of the content as they are. "type" is no name for a member of a segment, and a dot would split it: where
// there is such a one, the content as a whole goes on as text, too.
Fields copied(const Received& in) {
  Fields fields;
  bool all = true;
  in.content.members([&](std::string_view name, View member) {
    const bool can = name != "type" && name.find('.') == std::string_view::npos;
    if (can) fields.push_back({std::string(name), member.value()});
    all = all && can;
  });
  if (!all) fields.push_back({in.account.extension("content"), in.raw});
  return fields;
}

struct Kind {
  std::string_view message_type{};
  Message (*read)(const Received&) = nullptr;
  std::string_view copied_as{};    // without a reader: the extended segment that holds the content
  std::string_view members{};      // that the reader knows; "" = all there are
  std::string_view content = "{";  // how the JSON begins that the reader takes; "" = whatever it is
  std::string_view about{};        // a member without which it is about nothing
};
constexpr Kind kKinds[] = {
    {"text", read_text, "", "text text_without_at_bot"},
    {"post", read_rich, "", "", "{["},
    {"image", read_node<append_image>, "", "image_key width height"},
    {"file", read_node<append_file>, "", "file_key file_name is_folder"},
    {"folder", read_folder, "", "file_key file_name is_folder"},
    {"audio", read_node<append_voice>, "", "file_key duration"},
    {"media", read_node<append_video>, "", "file_key image_key file_name duration width height"},
    {"interactive", read_card, "", "", ""},
    {"location", read_location, "", "name longitude latitude"},
    {"merge_forward", read_forward, "", "content", ""},
    {"sticker", nullptr, "sticker", "", "{", "file_key"},
    {"share_chat", nullptr, "share_chat", "", "{", "chat_id"},
    {"share_user", nullptr, "share_user", "", "{", "user_id"},
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
  Fields data = copied(in);
  if (name == "calendar") data.insert(data.begin(), {"kind", in.type});
  return {{in.account.extension(name), std::move(data)}};
}

// What the reader does not know.
void keep_others(Message& message, const Kind& kind, const Received& in) {
  if (kind.members.empty()) return;
  Fields others;
  in.content.members([&](std::string_view name, View member) {
    if (!onebot::has_word(kind.members, name) && !is_empty(member)) {
      others.push_back({std::string(name), member.value()});
    }
  });
  if (!others.empty()) message.push_back(unknown(in.type, onebot::json::write(others), in.account));
}

bool can_read(const Kind& kind, View content) {
  if (kind.content.empty()) return true;
  if (!kind.about.empty() && content.at(kind.about).text().empty()) return false;
  return content.is_object() || (content.is_array() && kind.content.ends_with('['));
}

// The type decides before the content does.
Message read_content(const Received& in) {
  for (const Kind& kind : kKinds) {
    if (kind.message_type != in.type || !can_read(kind, in.content)) continue;
    Message message = kind.read ? kind.read(in) : read_copied(in, kind.copied_as);
    if (!message.empty()) keep_others(message, kind, in);
    return message;
  }
  return {};
}

// Some write the JSON text as a JSON string once more.
onebot::Result<Document> parse_content(const std::string& raw) {
  auto parsed = Document::parse(raw);
  if (!parsed || !parsed->root().is_string()) return parsed;
  auto inner = Document::parse(parsed->root().str());
  return inner ? std::move(inner) : std::move(parsed);
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
    Mentions({}, account).append_tagged_text(message, native.at("text").str());
  } else if (type == "post") {
    message = read_legacy_post(native, id, account);
  } else if (const std::string key = native.at("image_key").text(); type == "image" && !key.empty()) {
    message.push_back(onebot::segment::image(file_id("image", id, key, account)));
  } else if (const std::string file = native.at("file_key").text(); type == "file" && !file.empty()) {
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
  const auto parsed = parse_content(raw);
  const std::string_view type = onebot::locate("message_type|msg_type", message).str();
  Mentions mentions(message.at("mentions"), account);
  Message out = read_content({.type = type,
                              .message_id = message.at("message_id").text(),
                              .content = parsed ? parsed->root() : View(),
                              .raw = raw,
                              .mentions = mentions,
                              .account = account});
  if (out.empty()) out.push_back(unknown(type, raw, account));
  mentions.add_others(out, type);
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
      onebot::append_alt_text(out, part);
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
