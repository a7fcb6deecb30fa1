#include "adapters/feishu/simulator/later.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::json::Document;
using onebot::json::View;
using Kept = Messages::Kept;

constexpr std::size_t kMostCard = 30 << 10;
constexpr int kMostEdits = 20, kCardUses = 2;
constexpr std::size_t kMostUrged = 200, kMostTokens = 10'000;

}  // namespace

void Later::add_to(kit::simulator::Routes& routes, const Paths& paths) {
  routes.add(*this, {{"PUT", paths.message, &Later::edit},
                     {"PATCH", paths.message, &Later::patch},
                     {"GET", paths.history, &Later::history},
                     {"POST", paths.forward, &Later::forward},
                     {"GET", paths.read_users, &Later::readers},
                     {"PATCH", paths.urgent, &Later::urge},
                     {"POST", paths.card_update, &Later::update_card},
                     {"GET", paths.resource, &Later::resource}});
}

void Later::add_to(kit::simulator::Knobs& knobs) {
  knobs.turn("refuse_file", [this](const Call& call) {
    Reply refusal{
        .status = call.small("status", 400), .code = call.small("code", 234003), .message = "refused on request"};
    refused_files_.insert_or_assign(call.text("key"), std::move(refusal));
    return kit::simulator::done();
  });
}

void Later::hear(View push) {
  const std::string token = push.at("event.token").text();
  if (!token.empty() && card_tokens_.size() < kMostTokens) card_tokens_.emplace(token, kCardUses);
}

Reply Later::edit(const Call& call) {
  Kept* found = messages_.own(call.id("id"));
  if (!found) return messages_.knows(call.id("id")) ? refused(230071, "The operator is not the sender.") : gone();
  if (found->deleted) return withdrawn();
  const std::string type = call.body.at("msg_type").text(), content = call.body.at("content").text();
  if (type != "text" && type != "post") return invalid("msg_type");
  if (!is_json(content)) return refused(230001, "content is not JSON, ext=content");
  if (found->edits == kMostEdits)
    return refused(230072, "The message has reached the number of times it can be edited.");
  found->msg_type = type;
  found->content = content;
  ++found->edits;
  return told(messages_.described(*found));
}

Reply Later::patch(const Call& call) {
  Kept* found = messages_.own(call.id("id"));
  if (!found) return gone();
  const std::string content = call.body.at("content").text();
  if (found->msg_type != "interactive")
    return refused(230054, "This operation is not supported for this message type.");
  if (content.size() > kMostCard) return refused(230025, "The length of the message content reaches its limit.");
  if (!is_json(content)) return refused(230099, "Failed to create card content, ext=ErrCode: 200621");
  found->content = content;
  return {};
}

Reply Later::forward(const Call& call) {
  const Kept* found = messages_.find(call.id("id"));
  if (!found || found->deleted) return gone();
  const std::string receiver = call.body.at("receive_id").text();
  if (call.query("receive_id_type").empty()) return invalid("receive_id_type");
  if (receiver.empty()) return invalid("receive_id");
  Kept copy{.chat = receiver, .msg_type = found->msg_type, .content = found->content, .path = call.path_and_query()};
  copy.uuid = call.query("uuid");
  copy.body = call.body.value();
  const auto content = Document::parse(copy.content);
  return messages_.keep(std::move(copy), content ? content->root() : View{});
}

// Newest last, as they came; times are in seconds.
Reply Later::history(const Call& call) const {
  const std::string type = call.query("container_id_type"), chat = call.query("container_id");
  if (type != "chat" && type != "thread") return invalid("container_id_type");
  if (chat.empty()) return invalid("container_id");
  std::vector<const Kept*> found = type == "thread" ? messages_.in_thread(chat) : messages_.in_chat(chat);
  std::ranges::stable_sort(found, {}, &Kept::create_time);
  if (call.query("sort_type") == "ByCreateTimeDesc") std::ranges::reverse(found);
  List items;
  for (const Kept* message : found) items.push_back(messages_.shown_to(call, *message));
  return page_of(items, call, 50);
}

// Everybody who has said something in that chat has read it.
Reply Later::readers(const Call& call) const {
  const Kept* own = messages_.own(call.id("id"));
  if (!own) return gone();
  std::vector<std::string> readers;
  List items;
  for (const Kept* message : messages_.in_chat(own->chat)) {
    if (message->sender.empty() || std::ranges::find(readers, message->sender) != readers.end()) continue;
    readers.push_back(message->sender);
    items.push_back(Fields{{"user_id_type", "open_id"},
                           {"user_id", message->sender},
                           {"timestamp", own->create_time},
                           {"tenant_key", ""}});
  }
  return page_of(items, call, 100);
}

Reply Later::urge(const Call& call) const {
  if (!messages_.own(call.id("id"))) return gone();
  const std::size_t count = call.body.at("user_id_list").size();
  if (count == 0 || count > kMostUrged) return invalid("user_id_list");
  return told(Fields{{"invalid_user_id_list", List{}}});
}

Reply Later::update_card(const Call& call) {
  const auto token = card_tokens_.find(call.body.at("token").str());
  if (token == card_tokens_.end() || token->second == 0) return invalid("token");
  if (!call.body.at("card").is_object()) return invalid("card");
  --token->second;
  return {};
}

// A file of a message: its bytes are its key.
Reply Later::resource(const Call& call) const {
  const Kept* found = messages_.find(call.id("id"));
  const std::string_view key = call.id("key");
  if (const auto refusal = refused_files_.find(key); refusal != refused_files_.end()) return refusal->second;
  if (!found || found->content.find(key) == std::string::npos) return refused(234003, "File not in msg.");
  return {.headers = {{"Content-Type", "application/octet-stream"},
                      {"Content-Disposition", fmt::format("attachment; filename=\"{}.bin\"", key)}},
          .form = Reply::Form::bytes,
          .bytes = fmt::format("bytes of {}", key)};
}

}  // namespace feishu::simulator
