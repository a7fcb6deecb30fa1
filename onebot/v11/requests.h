// Requests of OneBot 11, read: what is asked for, when, and the echo that goes back either way.

#pragma once

#include "onebot/action.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace onebot::v11 {

// A suffix of the action's name: "_async" is answered before it is done, "_rate_limited" waits for its turn besides.
enum class Start { now, at_once_answered, in_turn };

struct Request {
  std::string action{};  // without its suffix
  std::string named{};   // as it was asked for
  Fields params{};
  Start start = Start::now;
};

struct RequestRead {
  Result<Request> request{};
  Echo echo{};  // none for null, too: one client takes a failed answer with null for the end of everything
};

// Bytes of a request: pictures come as Base64.
inline constexpr std::size_t kMostRequest = 64 << 20;
// Any JSON of that size.
Result<Value> read_json(std::string_view text);

// Never fails itself. bad_request: no JSON object, or "action" is no name.
RequestRead read_request(std::string_view text);
// What a request asks for whose action is known already, as the path of an HTTP request names it.
Request request_of(std::string_view named, Fields params);

}  // namespace onebot::v11
