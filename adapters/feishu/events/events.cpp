#include "adapters/feishu/events/events.h"

#include "adapters/feishu/events/table.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace feishu {

using onebot::Event;
using onebot::Result;
using onebot::json::View;
using Events = std::vector<Event>;

namespace {

constexpr std::size_t kMaxKey = 512;  // longer ids are not remembered
constexpr std::string_view kReceive = "im.message.receive", kRecall = "im.message.recalled";
constexpr std::string_view kLegacyReceive = "message";
constexpr std::string_view kTicket = "app_ticket";  // a credential of store apps, none of an application's business
constexpr std::array<std::string_view, 2> kReactions = {"im.message.reaction.created", "im.message.reaction.deleted"};

// "im.message.receive_v1" is "im.message.receive": platforms and pages write both.
std::string_view without_version(std::string_view name) {
  const auto at = name.rfind("_v");
  if (at == std::string_view::npos || at + 2 == name.size()) return name;
  return name.find_first_not_of("0123456789", at + 2) == std::string_view::npos ? name.substr(0, at) : name;
}

const onebot::EventTable& table_of(Shape shape) {
  return shape == Shape::event ? kEvents : shape == Shape::legacy ? kLegacyEvents : kLegacyCards;
}

View native_of(View push, Shape shape) { return shape == Shape::legacy_card ? push : push.at("event"); }

std::string_view table_name(View push, Shape shape, const Account& account) {
  if (shape == Shape::legacy_card) return kLegacyCard;
  if (shape == Shape::legacy) return push.at("event.type").str();
  const std::string_view name = without_version(push.at("header.event_type").str());
  const bool in_private = account.memory && account.memory->is_private(push.at("event.chat_id").str());
  return name == kRecall && in_private ? kPrivateRecall : name;
}

Event malformed(View push, std::string_view problem, const Account& account) {
  const bool enveloped = push.at("header").is_object();
  return {.id = event_id(push),
          .time = onebot::any_time(push.at(enveloped ? "header.create_time" : "ts")),
          .type = "notice",
          .detail_type = account.extension("malformed"),
          .self = account,
          .fields = {{account.extension("problem"), problem},
                     {"event_json", push.dump()},
                     {account.extension("event_type"), event_type(push)}}};
}

// The id that a standard event must have and this one has not; "" when there is none.
std::string_view missing_id(const Event& event) {
  if (event.detail_type.find('.') != std::string::npos) return {};
  const bool deletion = event.detail_type.ends_with("_message_delete");  // whose author is often unknown
  for (const std::string_view name : {"message_id", "group_id", "user_id"}) {
    if (name == "user_id" && (deletion || event.self.user_id.empty())) continue;
    if (find(event.fields, name) && onebot::text_of(event.fields, name).empty()) return name;
  }
  return {};
}

Events read(View push, Shape shape, const Account& account) {
  if (event_type(push).empty()) return {malformed(push, "the event has no name", account)};
  if (!native_of(push, shape).is_object()) return {malformed(push, "\"event\" is not an object", account)};
  auto events = onebot::translate(table_of(shape), push, account, table_name(push, shape, account));
  if (!events) return {malformed(push, events.error().message, account)};
  if (events->empty()) return {malformed(push, "it names nobody it is about", account)};
  for (const Event& event : *events) {
    const std::string_view missing = missing_id(event);
    if (!missing.empty()) return {malformed(push, fmt::format("nothing to tell \"{}\" from", missing), account)};
  }
  return *std::move(events);
}

// What the account does not want to hear of.
bool is_unwanted(View push, Shape shape, const Account& account) {
  if (shape == Shape::legacy) {
    return push.at("event.type").str() == kTicket ||
           (push.at("event.type").str() == kLegacyReceive && is_self(push.at("event.open_id"), account));
  }
  const std::string_view name = without_version(push.at("header.event_type").str());
  if (name == kReceive) {
    const std::string_view kind = push.at("event.sender.sender_type").str();
    const bool from_bot = kind == "bot" || kind == "app";
    return is_self(push.at("event.sender.sender_id"), account) || (from_bot && !account.forward_bot_messages);
  }
  if (std::ranges::find(kReactions, name) == kReactions.end()) return false;
  return !account.app_id.empty() && push.at("event.app_id").str() == account.app_id;
}

}  // namespace

Shape shape_of(View push) {
  const bool header = push.at("header").is_object(), event = push.at("event").is_object();
  if (push.at("encrypt").is_string() && push.at("header").is_missing() && push.at("event").is_missing()) {
    return Shape::encrypted;
  }
  // The header decides before "type": an event may carry "type": "url_verification" as well.
  if (push.at("type").str() == "url_verification" && !header) return Shape::challenge;
  if (header && push.at("header.event_type").is_string()) return Shape::event;
  if (push.at("type").str() == "event_callback" && event) return Shape::legacy;
  if (push.at("open_message_id").is_string() && push.at("action").is_object()) return Shape::legacy_card;
  return Shape::invalid;
}

std::string event_type(View push) {
  const Shape shape = shape_of(push);
  if (shape == Shape::legacy_card) return "card.action.trigger_v1";
  return push.at(shape == Shape::legacy ? "event.type" : "header.event_type").text();
}

std::string event_id(View push) { return push.at(shape_of(push) == Shape::legacy ? "uuid" : "header.event_id").text(); }

bool is_callback(View push) {
  const Shape shape = shape_of(push);
  if (shape == Shape::legacy_card) return true;
  const std::string_view name = without_version(push.at("header.event_type").str());
  return shape == Shape::event && (name == kLegacyCard || name == "url.preview.get");
}

Result<Events> translate(View push, const Account& account, const Delivery& delivery) {
  const Shape shape = shape_of(push);
  if (shape == Shape::challenge) return Events{};
  if (shape == Shape::encrypted) return fail(onebot::Retcode::bad_request, "the push is encrypted");
  if (shape == Shape::invalid) return fail(onebot::Retcode::bad_request, "a push of no known shape");
  if (is_unwanted(push, shape, account)) return Events{};

  Events events = read(push, shape, account);
  if (!account.forward_unknown) {
    std::erase_if(events, [&](const Event& event) { return event.detail_type == account.extension("raw_event"); });
  }
  for (Event& event : events) {
    if (event.id.empty()) event.id = delivery.id;
    if (event.time <= 0) event.time = delivery.time;
  }
  return events;
}

bool is_malformed(const Events& events) {
  return !events.empty() && events.front().detail_type.ends_with(".malformed");
}

Result<Events> translate_payload(std::string_view platform, View native, const onebot::Self& self) {
  Account account = account_of(self);
  if (account.platform.empty()) account.platform = platform;
  Delivery delivery;
  if (shape_of(native) == Shape::legacy_card)
    delivery.id = onebot::crypto::hex(onebot::crypto::sha256(native.dump())).substr(0, 32);
  return translate(native, account, delivery);
}

std::vector<std::string> keys(View push, const Delivery& delivery) {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view what, const std::string& id) {
    if (!id.empty() && id.size() <= kMaxKey) out.push_back(fmt::format("{}/{}", what, id));
  };
  const std::string id = event_id(push);
  add("event", id.empty() ? delivery.id : id);
  const Shape shape = shape_of(push);
  if (shape == Shape::event && without_version(push.at("header.event_type").str()) == kReceive) {
    add("message", push.at("event.message.message_id").text());
  }
  if (shape == Shape::legacy && push.at("event.type").str() == kLegacyReceive) {
    add("message", push.at("event.open_message_id").text());
  }
  return out;
}

std::string unknown_chat(const Memory& memory, View push) {
  if (shape_of(push) != Shape::event || without_version(push.at("header.event_type").str()) != kRecall) return {};
  const std::string chat = push.at("event.chat_id").text();
  return memory.chats.find(chat) ? std::string() : chat;
}

std::string learned_self(View push) {
  const View message = push.at("event.message"), mentions = message.at("mentions");
  if (message.at("chat_type").str() != "group" || mentions.size() != 1) return {};
  const std::string id = mentions[0].at("id.open_id").text();
  // Nobody mentions the bot in its own name: such a sender mentions himself.
  return id == push.at("event.sender.sender_id.open_id").str() ? std::string() : id;
}

}  // namespace feishu
