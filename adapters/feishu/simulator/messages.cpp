#include "adapters/feishu/simulator/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <utility>

#include "adapters/feishu/simulator/pushes.h"

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::json::Document;
using onebot::json::View;

constexpr std::string_view kReceivers = "open_id union_id user_id email chat_id";
constexpr std::string_view kTypes = "text post image file audio media sticker interactive share_chat share_user system";
constexpr std::size_t kMostUuid = 50, kMost = 10'000;

bool has_word(std::string_view words, std::string_view word) {
  return !word.empty() && fmt::format(" {} ", words).find(fmt::format(" {} ", word)) != std::string::npos;
}

Reply refused(int code, std::string msg) { return {.status = 400, .code = code, .msg = std::move(msg)}; }
Reply invalid(std::string_view field) {
  return refused(99992402, fmt::format("field validation failed, ext=invalid {}", field));
}
Reply gone() { return refused(231003, "The message is not found, maybe not exist or deleted."); }

// Text as a person would see it: tags of style are gone, mentions and links are what they show.
std::string shown_text(std::string text) {
  static const std::regex kMention("<at user_id=\"([^\"]*)\">[^<]*</at>", std::regex::icase),
      kStyle("</?(b|i|u|s|a|p|br|strong|em|del)\\b[^>]*>", std::regex::icase), kLink("\\[([^\\]]*)\\]\\([^)]*\\)");
  text = std::regex_replace(text, kMention, "@$1");
  text = std::regex_replace(text, kStyle, "");
  return std::regex_replace(text, kLink, "$1");
}

// As a person would see it; whether a platform without rich text has tags is not known.
std::string shown(const Dialect& dialect, std::string_view type, View content) {
  if (type == "text") return dialect.rich ? shown_text(content.at("text").text()) : content.at("text").text();
  if (type != "post") return fmt::format("[{}]", type);
  std::string text;
  const View paragraphs = content.at("zh_cn.content");
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    if (i > 0) text += '\n';
    for (std::size_t j = 0; j < paragraphs[i].size(); ++j) {
      const View node = paragraphs[i][j];
      text += node.at("tag").str() == "at" ? fmt::format("@{}", node.at("user_id").text()) : node.at("text").text();
    }
  }
  return text;
}

}  // namespace

Reply Messages::create(std::string path, std::string_view receive_id_type, View body) {
  if (!has_word(kReceivers, receive_id_type)) return invalid("receive_id_type");
  if (body.at("receive_id").str().empty()) return invalid("receive_id");
  return send({.chat = body.at("receive_id").text(), .path = std::move(path)}, body);
}

Reply Messages::reply(std::string path, std::string_view message_id, View body) {
  const Kept* target = find(message_id);
  if (target && target->deleted) return refused(230011, "The message was withdrawn.");
  if (!target && !heard_.contains(message_id)) return gone();
  return send({.chat = target ? target->chat : std::string(message_id),
               .path = std::move(path),
               .parent = std::string(message_id)},
              body);
}

Reply Messages::send(Kept message, View body) {
  message.msg_type = body.at("msg_type").text();
  message.uuid = body.at("uuid").text();
  const View content = body.at("content");
  if (!has_word(kTypes, message.msg_type)) return invalid("msg_type");
  if (message.uuid.size() > kMostUuid) return invalid("uuid");
  // The content is JSON text on one platform and an object on another; each refuses the other's.
  if (dialect_.content_is_object != content.is_object()) return refused(230001, "invalid content, ext=content");
  message.content = content.is_object() ? content.dump() : content.text();
  const auto parsed = Document::parse(message.content);
  if (!parsed || !parsed->root().is_object()) return refused(230001, "content is not JSON, ext=content");
  const auto same = [&](const Kept& old) { return !message.uuid.empty() && old.uuid == message.uuid; };
  if (const auto old = std::ranges::find_if(sent_, same); old != sent_.end()) return {.data = described(*old)};

  message.id = new_message_id(dialect_);
  message.body = body.value();
  message.text = shown(dialect_, message.msg_type, parsed->root());
  message.create_time = fmt::format("{}", static_cast<std::int64_t>(loop_.wall() * 1000));
  if (sent_.size() == kMost) sent_.erase(sent_.begin());
  sent_.push_back(std::move(message));
  return {.data = described(sent_.back())};
}

Reply Messages::remove(std::string_view message_id) {
  const auto found = std::ranges::find(sent_, message_id, &Kept::id);
  if (found == sent_.end()) return gone();
  if (found->deleted) return refused(230011, "The message was withdrawn.");
  found->deleted = true;
  return {};
}

Reply Messages::get(std::string_view message_id) const {
  const Kept* found = find(message_id);
  if (!found) return gone();
  return {.data = {{"items", onebot::List{described(*found)}}}};
}

void Messages::hear(View push) {
  const View message = push.at("event.message");
  if (message.at("chat_type").str() == "p2p") private_chats_.insert(message.at("chat_id").text());
  if (const std::string id = message.at("message_id").text(); !id.empty()) heard_.insert(id);
  if (const std::string id = push.at("event.open_message_id").text(); !id.empty()) heard_.insert(id);
}

onebot::List Messages::sent() const {
  onebot::List out;
  for (const Kept& message : sent_) {
    out.push_back(Fields{{"message_id", message.id},
                         {"path", message.path},
                         {"body", message.body},
                         {"text", message.text},
                         {"deleted", message.deleted}});
  }
  return out;
}

Fields Messages::described(const Kept& message) const {
  Fields out{{"message_id", message.id},
             {"msg_type", message.msg_type},
             {"create_time", message.create_time},
             {"update_time", message.create_time},
             {"deleted", message.deleted},
             {"updated", false},
             {"chat_id", message.chat},
             {"sender", Fields{{"id", app_id_}, {"id_type", "app_id"}, {"sender_type", "app"}, {"tenant_key", ""}}},
             {"body", Fields{{"content", message.content}}}};
  if (!message.parent.empty()) {
    out.push_back({"parent_id", message.parent});
    out.push_back({"root_id", message.parent});
  }
  return out;
}

const Messages::Kept* Messages::find(std::string_view id) const {
  const auto found = std::ranges::find(sent_, id, &Kept::id);
  return found == sent_.end() ? nullptr : &*found;
}

}  // namespace feishu::simulator
