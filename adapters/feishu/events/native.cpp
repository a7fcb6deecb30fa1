#include "adapters/feishu/events/native.h"

#include "adapters/feishu/events/table.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <utility>

namespace feishu {
namespace {

using onebot::json::View;
using Kind = onebot::Trait::Kind;

// "im.message.receive_v1" is "im.message.receive": platforms and pages write both.
std::string_view without_version(std::string_view name) {
  const auto at = name.rfind("_v");
  if (at == std::string_view::npos || at + 2 == name.size()) return name;
  return name.find_first_not_of("0123456789", at + 2) == std::string_view::npos ? name.substr(0, at) : name;
}

const onebot::EventTable* table_of(Shape shape) {
  if (shape == Shape::event) return &kEvents;
  if (shape == Shape::legacy) return &kLegacyEvents;
  return shape == Shape::legacy_card ? &kLegacyCards : nullptr;
}

// The chat of which the push does not say what kind it is; "" when it does, or it is not known which.
std::string chat_of_unknown_kind(const Native& native, const Memory& memory) {
  const onebot::Trait* chat = native.trait(Kind::in);
  if (!chat) return {};
  const std::string id = native.at(chat->path).text();
  if (chat->scene == static_cast<int>(Chat::of_message)) return memory.chat_of(id);
  return chat->scene == static_cast<int>(Chat::of_unknown_kind) ? id : std::string();
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

Native read_native(View push, Shape shape, double sent_at) {
  Native native;
  native.shape = shape;
  native.frame = push;
  native.table = table_of(shape);
  if (!native.table) return native;
  const std::string_view written =
      shape == Shape::legacy_card ? kLegacyCardType : push.at(native.table->envelope.name).str();
  native.type = written;
  static_cast<onebot::Native&>(native) = onebot::read_native(*native.table, push, without_version(written));
  if (native.id.empty()) native.id = onebot::crypto::hex(onebot::crypto::sha256(push.dump())).substr(0, 32);
  if (native.time <= 0) native.time = sent_at;
  return native;
}

std::string unknown_chat(const Native& native, const Memory& memory) {
  std::string chat = chat_of_unknown_kind(native, memory);
  return memory.chats.find(chat) ? std::string() : chat;
}

Native placed(Native native, const Memory& memory) {
  if (!memory.is_private(chat_of_unknown_kind(native, memory))) return native;
  const auto* rule = onebot::find_rule(*native.table, fmt::format("{}{}", native.name, kInPrivate), native.payload);
  if (rule) native.rule = rule;
  return native;
}

}  // namespace feishu
