// What a message refers to: the message it answers, or those it passes on. Platform: autogen/event/c2c_message_create.

#pragma once

#include "adapters/qq/events/tokens.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <optional>

namespace qq {

struct Quote {
  onebot::Segment segment{};   // reply, qq.quote or qq.forward
  bool holds_content = false;  // d's content is the text passed on, and not what the author of d wrote
  bool is_answer = false;      // d's content may begin with the blank that was behind the quote
};

std::optional<Quote> read_quote(onebot::json::View d, Scene scene, const onebot::Self& self);

// A value of message_scene.ext, a list of "key=value"; "" when absent.
std::string_view scene_value(onebot::json::View d, std::string_view key);

}  // namespace qq
