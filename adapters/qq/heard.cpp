#include "adapters/qq/heard.h"

#include "adapters/qq/recipients.h"
#include "onebot/standard.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace qq {

using onebot::Event;
using onebot::Fields;
using onebot::List;
using onebot::text_of;
using onebot::Value;

namespace {

std::string written(const HeardMessage& message) { return chat_key(message.chat) + (message.is_index ? " index" : ""); }

std::optional<HeardMessage> read(std::string_view record) {
  const auto chat = read_chat_key(onebot::take_word(record));
  if (!chat) return std::nullopt;
  return HeardMessage{*chat, record == "index"};
}

// Where an event is from.
std::optional<Chat> chat_of(const Event& event) {
  struct Place {
    std::string_view field{};
    Chat::Kind kind{};
  };
  constexpr Place kPlaces[] = {{"group_id", Chat::Kind::group},     {"qq.group_openid", Chat::Kind::group},
                               {"channel_id", Chat::Kind::channel}, {"qq.guild_id", Chat::Kind::dm},
                               {"qq.user_openid", Chat::Kind::c2c}, {"user_id", Chat::Kind::c2c}};
  for (const Place& place : kPlaces) {
    const std::string_view id = text_of(event.fields, place.field);
    if (id.empty() || (place.kind == Chat::Kind::c2c && !is_openid(id))) continue;
    return Chat{place.kind, std::string(id)};
  }
  return std::nullopt;
}

// The messages of a quote, within one another.
void add_elements(std::vector<std::string_view>& ids, const Value* elements) {
  const auto* list = elements ? std::get_if<List>(elements) : nullptr;
  if (!list) return;
  for (const Value& element : *list) {
    const auto* fields = std::get_if<Fields>(&element);
    if (!fields) continue;
    ids.push_back(text_of(*fields, "message_id"));
    add_elements(ids, find(*fields, "elements"));
  }
}

std::vector<std::string_view> quoted(const onebot::Message& message) {
  std::vector<std::string_view> ids;
  for (const onebot::Segment& segment : message) {
    if (segment.type == "reply") ids.push_back(text_of(segment.data, "message_id"));
    add_elements(ids, find(segment.data, segment.type == "qq.forward" ? "elements" : "qq.elements"));
  }
  return ids;
}

// The messages that a notice is about.
std::vector<std::string_view> named(const Event& event) {
  return {text_of(event.fields, "message_id"), text_of(event.fields, "qq.message_id")};
}

}  // namespace

Heard::Heard(onebot::Remember remember) : messages_({kRecord, written, read}, kMost, std::move(remember)) {}

void Heard::learn(const Event& event, const Messages& seen) {
  const bool is_message = event.type == "message";
  const std::vector<std::string_view> ids = is_message ? quoted(event.message) : named(event);
  if (ids.empty()) return;
  const auto chat = chat_of(event);
  for (const std::string_view id : ids) {
    const bool is_news = !id.empty() && !seen.find(id) && seen.id_of(id).empty();
    if (chat && is_news) messages_.set(id, {*chat, is_message && !in_guild(*chat)});
  }
}

}  // namespace qq
