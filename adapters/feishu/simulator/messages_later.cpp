// Messages, the part of what happens to one after it was sent.

#include "adapters/feishu/simulator/messages.h"

#include <algorithm>
#include <string>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::json::Document;
using onebot::json::View;

constexpr int kMostEdits = 20;
constexpr std::size_t kMostUrged = 200;

bool is_json(const std::string& content) {
  const auto parsed = Document::parse(content);
  return parsed && parsed->root().is_object();
}

}  // namespace

bool Messages::knows(std::string_view message_id) const {
  const Kept* found = find(message_id);
  return found && !found->deleted;
}

std::string Messages::chat_of(std::string_view message_id) const {
  const Kept* found = find(message_id);
  return found ? found->chat : std::string();
}

bool Messages::has_resource(std::string_view message_id, std::string_view key) const {
  const Kept* found = find(message_id);
  return found && !key.empty() && found->content.find(key) != std::string::npos;
}

Reply Messages::edit(std::string_view message_id, View body) {
  const auto found = std::ranges::find(sent_, message_id, &Kept::id);
  if (found == sent_.end()) return knows(message_id) ? refused(230071, "The operator is not the sender.") : gone();
  if (found->deleted) return refused(230011, "The message was withdrawn.");
  const std::string type = body.at("msg_type").text(), content = body.at("content").text();
  if (type != "text" && type != "post") return invalid("msg_type");
  if (!is_json(content)) return refused(230001, "content is not JSON, ext=content");
  if (found->edits == kMostEdits)
    return refused(230072, "The message has reached the number of times it can be edited.");
  found->msg_type = type;
  found->content = content;
  ++found->edits;
  return {.data = described(*found)};
}

Reply Messages::patch(std::string_view message_id, View body) {
  const auto found = std::ranges::find(sent_, message_id, &Kept::id);
  if (found == sent_.end()) return gone();
  const std::string content = body.at("content").text();
  if (found->msg_type != "interactive")
    return refused(230054, "This operation is not supported for this message type.");
  if (!is_json(content)) return refused(230099, "Failed to create card content, ext=ErrCode: 200621");
  found->content = content;
  return {};
}

Reply Messages::forward(std::string path, std::string_view message_id, std::string_view query, View body) {
  const Kept* found = find(message_id);
  if (!found || found->deleted) return gone();
  const std::string receiver = body.at("receive_id").text();
  if (onebot::io::query_param(query, "receive_id_type").value_or("").empty()) return invalid("receive_id_type");
  if (receiver.empty()) return invalid("receive_id");
  Kept copy{.chat = receiver, .msg_type = found->msg_type, .content = found->content, .path = std::move(path)};
  copy.uuid = onebot::io::query_param(query, "uuid").value_or("");
  copy.body = body.value();
  const auto content = Document::parse(copy.content);
  return keep(std::move(copy), content ? content->root() : View{});
}

// Newest last, as they came; times are in seconds.
Reply Messages::history(std::string_view query) const {
  const auto param = [query](std::string_view name) { return onebot::io::query_param(query, name).value_or(""); };
  if (param("container_id_type") != "chat" && param("container_id_type") != "thread")
    return invalid("container_id_type");
  const std::string chat = param("container_id");
  if (chat.empty()) return invalid("container_id");
  std::vector<const Kept*> found;
  for (const std::vector<Kept>* kept : {&heard_, &sent_}) {
    for (const Kept& message : *kept) {
      if (message.chat == chat) found.push_back(&message);
    }
  }
  std::ranges::stable_sort(found, {}, [](const Kept* message) { return message->create_time; });
  if (param("sort_type") == "ByCreateTimeDesc") std::ranges::reverse(found);
  List items;
  for (const Kept* message : found) items.push_back(described(*message));
  return page_of(std::move(items), query, 50);
}

// Everybody who has said something in that chat has read it.
Reply Messages::read_users(std::string_view message_id, std::string_view query) const {
  const auto own = std::ranges::find(sent_, message_id, &Kept::id);
  if (own == sent_.end()) return gone();
  List items;
  for (const Kept& message : heard_) {
    const auto is_known = [&](const onebot::Value& item) {
      return onebot::text_of(std::get<Fields>(item), "user_id") == message.sender;
    };
    if (message.chat != own->chat || message.sender.empty() || std::ranges::any_of(items, is_known)) continue;
    items.push_back(Fields{
        {"user_id_type", "open_id"}, {"user_id", message.sender}, {"timestamp", own->create_time}, {"tenant_key", ""}});
  }
  return page_of(std::move(items), query, 100);
}

Reply Messages::urge(std::string_view message_id, View body) const {
  if (std::ranges::find(sent_, message_id, &Kept::id) == sent_.end()) return gone();
  const std::size_t count = body.at("user_id_list").size();
  if (count == 0 || count > kMostUrged) return invalid("user_id_list");
  return {.data = {{"invalid_user_id_list", List{}}}};
}

Reply Messages::update_card(View body) {
  const auto token = card_tokens_.find(body.at("token").str());
  if (token == card_tokens_.end() || token->second == 0) return invalid("token");
  if (!body.at("card").is_object()) return invalid("card");
  --token->second;
  return {};
}

}  // namespace feishu::simulator
