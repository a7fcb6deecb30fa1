#include "adapters/feishu/simulator/marks.h"

#include <fmt/format.h>

#include <algorithm>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;

constexpr std::size_t kMost = 10'000, kMostPage = 50;

// The names of emojis are words such as "SMILE" and "JIAYI"; which ones there are does not count.
bool is_emoji(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

}  // namespace

void Marks::add_to(kit::simulator::Routes& routes, const Paths& paths) {
  routes.add(*this, {{"POST", paths.reactions, &Marks::react},
                     {"GET", paths.reactions, &Marks::reactions},
                     {"DELETE", paths.reaction, &Marks::remove_reaction},
                     {"POST", paths.pins, &Marks::pin},
                     {"GET", paths.pins, &Marks::pins},
                     {"DELETE", paths.pin, &Marks::unpin}});
}

Reply Marks::react(const Call& call) {
  const std::string emoji = call.body.at("reaction_type.emoji_type").text();
  if (!messages_.knows(call.id("id"))) return gone();
  if (!is_emoji(emoji)) return refused(231001, "reaction type is invalid.");
  if (reactions_.size() >= kMost) reactions_.erase(reactions_.begin());
  reactions_.push_back({fmt::format("ZCaCIjUBVVWSrm5L-{:08}", ++last_), std::string(call.id("id")), "", emoji,
                        milliseconds_text(loop_.wall())});
  return told(described(reactions_.back()));
}

Reply Marks::reactions(const Call& call) const {
  if (!messages_.knows(call.id("id"))) return gone();
  const std::string wanted = call.query("reaction_type");
  List items;
  for (const Mark& mark : reactions_) {
    if (mark.message == call.id("id") && (wanted.empty() || wanted == mark.emoji)) items.push_back(described(mark));
  }
  return page_of(items, call, kMostPage);
}

Reply Marks::remove_reaction(const Call& call) {
  const auto found = std::ranges::find_if(
      reactions_, [&](const Mark& mark) { return mark.message == call.id("id") && mark.id == call.id("key"); });
  if (found == reactions_.end()) return invalid("reaction_id");
  const Fields removed = described(*found);
  reactions_.erase(found);
  return told(removed);
}

Reply Marks::pin(const Call& call) {
  const std::string id = call.body.at("message_id").text();
  if (!messages_.knows(id)) return gone();
  auto found = std::ranges::find(pins_, id, &Mark::message);
  if (found == pins_.end()) {
    if (pins_.size() >= kMost) pins_.erase(pins_.begin());
    found = pins_.insert(pins_.end(), {"", id, messages_.find(id)->chat, "", milliseconds_text(loop_.wall())});
  }
  return told(Fields{{"pin", described_pin(*found)}});
}

Reply Marks::pins(const Call& call) const {
  const std::string chat = call.query("chat_id");
  if (chat.empty()) return invalid("chat_id");
  List items;
  for (const Mark& mark : pins_) {
    if (mark.chat == chat) items.push_back(described_pin(mark));
  }
  return page_of(items, call, kMostPage);
}

// Also of a message that is not pinned, or is no longer there.
Reply Marks::unpin(const Call& call) {
  if (!messages_.find(call.id("id"))) return gone();
  std::erase_if(pins_, [&](const Mark& mark) { return mark.message == call.id("id"); });
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
