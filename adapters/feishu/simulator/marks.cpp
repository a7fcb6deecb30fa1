#include "adapters/feishu/simulator/marks.h"

#include <fmt/format.h>

#include <algorithm>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::json::View;

constexpr std::size_t kMost = 10'000, kMostPage = 50;

// The names of emojis are words such as "SMILE" and "JIAYI"; which ones there are does not count.
bool is_emoji(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

}  // namespace

Reply Marks::react(std::string_view message_id, View body) {
  const std::string emoji = body.at("reaction_type.emoji_type").text();
  if (!messages_.knows(message_id)) return gone();
  if (!is_emoji(emoji)) return refused(231001, "reaction type is invalid.");
  if (reactions_.size() >= kMost) reactions_.erase(reactions_.begin());
  reactions_.push_back({fmt::format("ZCaCIjUBVVWSrm5L-{:08}", ++last_), std::string(message_id), "", emoji,
                        milliseconds_text(loop_.wall())});
  return {.data = described(reactions_.back())};
}

Reply Marks::reactions(std::string_view message_id, std::string_view query) const {
  if (!messages_.knows(message_id)) return gone();
  const std::string wanted = onebot::io::query_param(query, "reaction_type").value_or("");
  List items;
  for (const Mark& mark : reactions_) {
    if (mark.message == message_id && (wanted.empty() || wanted == mark.emoji)) items.push_back(described(mark));
  }
  return page_of(std::move(items), query, kMostPage);
}

Reply Marks::remove_reaction(std::string_view message_id, std::string_view reaction_id) {
  const auto found = std::ranges::find_if(
      reactions_, [&](const Mark& mark) { return mark.message == message_id && mark.id == reaction_id; });
  if (found == reactions_.end()) return invalid("reaction_id");
  const Fields removed = described(*found);
  reactions_.erase(found);
  return {.data = removed};
}

Reply Marks::pin(View body) {
  const std::string id = body.at("message_id").text();
  if (!messages_.knows(id)) return gone();
  auto found = std::ranges::find(pins_, id, &Mark::message);
  if (found == pins_.end()) {
    if (pins_.size() >= kMost) pins_.erase(pins_.begin());
    found = pins_.insert(pins_.end(), {"", id, messages_.chat_of(id), "", milliseconds_text(loop_.wall())});
  }
  return {.data = {{"pin", described_pin(*found)}}};
}

Reply Marks::pins(std::string_view query) const {
  const std::string chat = onebot::io::query_param(query, "chat_id").value_or("");
  if (chat.empty()) return invalid("chat_id");
  List items;
  for (const Mark& mark : pins_) {
    if (mark.chat == chat) items.push_back(described_pin(mark));
  }
  return page_of(std::move(items), query, kMostPage);
}

Reply Marks::unpin(std::string_view message_id) {
  if (!messages_.knows(message_id)) return gone();
  std::erase_if(pins_, [&](const Mark& mark) { return mark.message == message_id; });
  return {};
}

Fields Marks::described(const Mark& reaction) const {
  return {{"reaction_id", reaction.id},
          {"operator", Fields{{"operator_id", app_id_}, {"operator_type", "app"}}},
          {"action_time", reaction.time},
          {"reaction_type", Fields{{"emoji_type", reaction.emoji}}}};
}

Fields Marks::described_pin(const Mark& pin) const {
  return {{"message_id", pin.message},
          {"chat_id", pin.chat},
          {"operator_id", app_id_},
          {"operator_id_type", "app_id"},
          {"create_time", pin.time}};
}

}  // namespace feishu::simulator
