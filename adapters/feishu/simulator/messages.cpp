#include "adapters/feishu/simulator/messages.h"

#include "adapters/feishu/simulator/directory.h"
#include "adapters/feishu/simulator/pushes.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <utility>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::json::Document;
using onebot::json::View;

constexpr std::string_view kReceivers = "open_id union_id user_id email chat_id";
constexpr std::string_view kTypes = "text post image file audio media sticker interactive share_chat share_user system";
constexpr std::size_t kMostUuid = 50, kMost = 10'000;
constexpr std::size_t kMostText = 150 << 10, kMostRich = 30 << 10;  // bytes of a request

bool has_word(std::string_view words, std::string_view word) {
  return !word.empty() && fmt::format(" {} ", words).find(fmt::format(" {} ", word)) != std::string::npos;
}

std::string thread_of(std::string_view first) { return fmt::format("omt_of_{}", first); }

template <class List>
auto* find_in(List& messages, std::string_view id) {
  const auto found = std::ranges::find(messages, id, &Messages::Kept::id);
  return found == messages.end() ? nullptr : &*found;
}

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

// What the calls show of a card unless they are asked for all of it.
constexpr std::string_view kDegradedCard =
    R"({"title":null,"elements":[[{"tag":"text","text":"Please upgrade your client to the latest version to view"}]]})";

// As the calls write them: with one id each, as text. Null when there are none.
onebot::Value mentions_of(View message) {
  const View pushed = message.at("mentions");
  onebot::List mentions;
  for (std::size_t i = 0; i < pushed.size(); ++i) {
    mentions.push_back(Fields{{"key", pushed[i].at("key").text()},
                              {"id", pushed[i].at("id.open_id").text()},
                              {"id_type", "open_id"},
                              {"name", pushed[i].at("name").text()},
                              {"tenant_key", pushed[i].at("tenant_key").text()}});
  }
  return mentions.empty() ? onebot::Value() : onebot::Value(std::move(mentions));
}

}  // namespace

Reply gone() { return refused(231003, "The message is not found, maybe not exist or deleted."); }

Reply withdrawn() { return refused(230011, "The message was withdrawn."); }

bool is_json(const std::string& content) {
  const auto parsed = Document::parse(content);
  return parsed && parsed->root().is_object();
}

void Messages::add_to(kit::simulator::Routes& routes, const Paths& paths) {
  routes.add(*this, {{"POST", paths.send, &Messages::create},
                     {"POST", paths.reply, &Messages::reply},
                     {"DELETE", paths.remove, &Messages::remove},
                     {"GET", paths.message, &Messages::get}});
}

Reply Messages::create(const Call& call) {
  if (!has_word(kReceivers, call.query("receive_id_type"))) return invalid("receive_id_type");
  if (call.body.at("receive_id").str().empty()) return invalid("receive_id");
  return send({.chat = call.body.at("receive_id").text(), .path = call.path_and_query()}, call);
}

// What answers a message in a thread is in that thread; what begins one was answered so.
Reply Messages::reply(const Call& call) {
  Kept* target = edit(call.id("id"));
  if (!target) return gone();
  if (target->deleted) return withdrawn();
  const bool begins = target->thread.empty() && call.body.at("reply_in_thread").boolean();
  if (begins) target->thread = thread_of(target->id);
  return send({.chat = target->chat.empty() ? target->id : target->chat,
               .path = call.path_and_query(),
               .parent = target->id,
               .root = target->root.empty() ? target->id : target->root,
               .thread = target->thread},
              call);
}

Reply Messages::send(Kept message, const Call& call) {
  const View body = call.body;
  message.msg_type = body.at("msg_type").text();
  message.uuid = body.at("uuid").text();
  const View content = body.at("content");
  if (!has_word(kTypes, message.msg_type)) return invalid("msg_type");
  if (message.uuid.size() > kMostUuid) return invalid("uuid");
  if (call.request.body.size() > (message.msg_type == "text" ? kMostText : kMostRich)) {
    return refused(230025, "The length of the message content reaches its limit.");
  }
  // The content is JSON text on one platform and an object on another; each refuses the other's.
  if (dialect_.content_is_object != content.is_object()) return refused(230001, "invalid content, ext=content");
  message.content = content.is_object() ? content.dump() : content.text();
  const auto parsed = Document::parse(message.content);
  if (!parsed || !parsed->root().is_object()) return refused(230001, "content is not JSON, ext=content");
  if (directory_.shows_lost_file(message.content)) return refused(230017, "Bot is NOT the owner of the resource.");
  const auto same = [&](const Kept& old) { return !message.uuid.empty() && old.uuid == message.uuid; };
  if (const auto old = std::ranges::find_if(sent_, same); old != sent_.end()) return told(described(*old));
  message.body = body.value();
  return keep(std::move(message), parsed->root());
}

Reply Messages::keep(Kept message, View content) {
  if (Reply full = rates_.take(message.chat, loop_.now()); full.code != 0) return full;
  message.id = new_message_id(dialect_);
  if (message.thread.empty() && topic_chats_.contains(message.chat)) message.thread = thread_of(message.id);
  message.text = shown(dialect_, message.msg_type, content);
  message.create_time = milliseconds_text(loop_.wall());
  if (sent_.size() == kMost) sent_.erase(sent_.begin());
  sent_.push_back(std::move(message));
  if (shown_) shown_(sent_.back().chat, sent_.back().text);
  return told(described(sent_.back()));
}

Reply Messages::remove(const Call& call) {
  Kept* found = own(call.id("id"));
  if (!found) return gone();
  if (found->deleted) return withdrawn();
  found->deleted = true;
  return {};
}

Reply Messages::get(const Call& call) const {
  const Kept* found = find(call.id("id"));
  return found ? told(Fields{{"items", onebot::List{shown_to(call, *found)}}}) : gone();
}

void Messages::hear(View push) {
  const View event = push.at("event"), message = event.at("message");
  if (push.at("header.event_type").str().starts_with("im.message.recalled"))
    return recalled(event.at("message_id").str());
  const std::string root = message.at("root_id").text();
  std::string thread = message.at("thread_id").text();
  if (message.at("chat_type").str() == "topic_group") topic_chats_.insert(message.at("chat_id").text());
  for (const char* path : {"message.message_id", "open_message_id"}) {
    const std::string id = event.at(path).text();
    if (id.empty() || find(id)) continue;
    if (heard_.size() == kMost) heard_.erase(heard_.begin());
    if (thread.empty() && topic_chats_.contains(message.at("chat_id").str()))
      thread = thread_of(root.empty() ? id : root);
    heard_.push_back({.id = id,
                      .chat = message.at("chat_id").text(),
                      .msg_type = message.at("message_type").text(),
                      .content = message.at("content").text(),
                      .sender = event.at("sender.sender_id.open_id").text(),
                      .of_bot = event.at("sender.sender_type").str() == "bot",
                      .mentions = mentions_of(message),
                      .parent = message.at("parent_id").text(),
                      .root = root,
                      .thread = thread,
                      .create_time = milliseconds_text(loop_.wall())});
  }
}

void Messages::recalled(std::string_view id) {
  if (Kept* found = edit(id)) found->deleted = true;
}

onebot::List Messages::sent() const {
  onebot::List out;
  for (const Kept& message : sent_) {
    out.push_back(Fields{{"message_id", message.id},
                         {"path", message.path},
                         {"body", message.body},
                         {"text", message.text},
                         {"thread_id", message.thread},
                         {"deleted", message.deleted}});
  }
  return out;
}

Fields Messages::described(const Kept& message) const {
  const bool own = message.sender.empty(), app = own || message.of_bot;
  const Fields sender{{"id", own              ? app_id_
                             : message.of_bot ? app_of(message.sender)
                                              : message.sender},
                      {"id_type", app ? "app_id" : "open_id"},
                      {"sender_type", app ? "app" : "user"},
                      {"tenant_key", ""}};
  Fields out{{"message_id", message.id},
             {"msg_type", message.msg_type},
             {"create_time", message.create_time},
             {"update_time", message.create_time},
             {"deleted", message.deleted},
             {"updated", message.edits > 0},
             {"chat_id", message.chat},
             {"sender", sender},
             {"body", Fields{{"content", message.content}}}};
  if (!message.mentions.is_null()) out.push_back({"mentions", message.mentions});
  if (!message.parent.empty()) {
    out.push_back({"parent_id", message.parent});
    out.push_back({"root_id", message.root.empty() ? message.parent : message.root});
  }
  if (!message.thread.empty()) out.push_back({"thread_id", message.thread});
  return out;
}

Fields Messages::shown_to(const Call& call, const Kept& message) const {
  Fields out = described(message);
  if (message.msg_type == "interactive" && call.query("card_msg_content_type").empty()) {
    onebot::set(out, "body", Fields{{"content", kDegradedCard}});
  }
  if (call.query("with_sender_name") != "true") return out;
  Fields sender = std::get<Fields>(*onebot::find(out, "sender"));
  sender.push_back({"sender_name", message.sender.empty() ? "Bridge" : message.of_bot ? "Helper" : "Marco"});
  if (message.of_bot) sender.push_back({"open_bot_id", message.sender});
  onebot::set(out, "sender", std::move(sender));
  return out;
}

const Messages::Kept* Messages::find(std::string_view id) const {
  const Kept* own = find_in(sent_, id);
  return own ? own : find_in(heard_, id);
}

Messages::Kept* Messages::edit(std::string_view id) {
  Kept* own = find_in(sent_, id);
  return own ? own : find_in(heard_, id);
}

Messages::Kept* Messages::own(std::string_view id) { return find_in(sent_, id); }

bool Messages::knows(std::string_view id) const {
  const Kept* found = find(id);
  return found && !found->deleted;
}

std::vector<const Messages::Kept*> Messages::in_chat(std::string_view chat) const { return where(&Kept::chat, chat); }

std::vector<const Messages::Kept*> Messages::in_thread(std::string_view thread) const {
  return where(&Kept::thread, thread);
}

std::vector<const Messages::Kept*> Messages::where(std::string Kept::*member, std::string_view value) const {
  std::vector<const Kept*> found;
  for (const std::vector<Kept>* kept : {&heard_, &sent_}) {
    for (const Kept& message : *kept) {
      if (message.*member == value) found.push_back(&message);
    }
  }
  return found;
}

}  // namespace feishu::simulator
