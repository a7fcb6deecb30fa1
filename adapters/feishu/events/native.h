// Native: one push as its envelope tells it. It is read once; whoever has a Native does not look into the envelope
// again. Platform: event-subscription; protocol of the older version; card callbacks.

#pragma once

#include "adapters/feishu/memory.h"
#include "onebot/json.h"
#include "onebot/translate.h"

#include <string>

namespace feishu {

enum class Shape {
  encrypted,    // {"encrypt"}
  challenge,    // the platform tries the address
  event,        // schema 2.0, or BOSSHI's 1.0: with a header
  legacy,       // schema 1.0: "type": "event_callback"
  legacy_card,  // a card's action without an envelope
  invalid,
};
Shape shape_of(onebot::json::View push);

struct Native : onebot::Native {
  Shape shape = Shape::invalid;
  std::string type{};                         // the event's name as the platform wrote it
  const onebot::EventTable* table = nullptr;  // nullptr: it is no event

  bool is_event() const { return table != nullptr; }
};

// sent_at: of a push that does not say when it happened. One without an id, as a legacy card is, is known by its
// content, which is the same when it comes again.
Native read_native(onebot::json::View push, Shape shape, double sent_at = 0);
inline Native read_native(onebot::json::View push) { return read_native(push, shape_of(push)); }

// The kinds of chats that a row can name.
enum class Chat {
  of_unknown_kind,     // the push does not say whether it is a group
  of_message,          // neither does it name the chat: the message that it names is there
  with_other_members,  // than before
};

// The chat whose kind somebody has to know before the push can be translated; "" when there is none, or it is known.
std::string unknown_chat(const Native& native, const Memory& memory);
// The same with the row of a private chat, where the native name is the same as for a group and there is such a row.
Native placed(Native native, const Memory& memory);

}  // namespace feishu
