// Receipt: how a delivery is answered, once, whichever way it came: as the answer to a push, or as an acknowledgement
// on the long connection. Dropped without being called, the platform sends the delivery again.

#pragma once

#include "adapters/feishu/feed/frame.h"

#include <chrono>
#include <functional>
#include <string_view>

namespace feishu {

enum class Outcome {
  taken,
  unreadable,
  not_ready,
  not_stored,
  late,  // the platform's deadline is near, and it is not stored yet
};

// show: what the platform shall show to whoever used a card, as JSON; "" for what is no callback.
using Receipt = std::move_only_function<void(Outcome outcome, std::string_view show)>;

inline constexpr std::string_view kShowNothing = "{}";

// The frame that acknowledges a message: the one that completed it, with this outcome in place of its payload.
Frame acknowledgement(Frame completing, Outcome outcome, std::string_view show, std::chrono::milliseconds taken);

}  // namespace feishu
