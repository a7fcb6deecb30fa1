// Action: one thing an application asks for. Reply: the duty to answer it, once.
// Spec: connect/data-protocol/action-request and action-response.

#pragma once

#include "onebot/echo.h"
#include "onebot/encoding.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/params.h"
#include "onebot/result.h"
#include "onebot/told.h"
#include "onebot/value.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace onebot {

struct Action {
  std::string name{};  // "send_message"
  Fields params{};
  std::optional<Self> self{};  // which bot; may be absent when there is only one
};

// What came in: the action or why it is none, and the echo that goes back either way.
struct ActionRequest {
  Result<Action> action{};
  Echo echo{};
};

using ActionResult = Result<Value>;

class Reply {
 public:
  explicit Reply(Told<ActionResult> send) : send_(std::move(send)) {}
  Reply(Reply&& other) noexcept : send_(std::exchange(other.send_, nullptr)) {}
  Reply& operator=(Reply&&) = delete;

  // An action that nobody answered still gets an answer: 20001 Bad Handler.
  ~Reply() {
    if (send_) send_(fail(Retcode::bad_handler, "the action was dropped without an answer"));
  }

  // Once. Later calls do nothing.
  void operator()(ActionResult result) {
    if (auto send = std::exchange(send_, nullptr)) send(std::move(result));
  }
  void ok(Value data = {}) { (*this)(ActionResult(std::move(data))); }
  void error(Error error) { (*this)(std::unexpected(std::move(error))); }

 private:
  Told<ActionResult> send_;
};

// Never fails itself: what is wrong with the request is in request.action (10001 and the reason).
ActionRequest parse_action(std::string_view request, Encoding encoding = Encoding::json);
Result<Action> read_action(Value request);
// What a request beyond kMaxRequest is answered with.
ActionResult too_long();
// echo: in the same encoding, and written as it is.
std::string encode_response(const ActionResult& result, const Echo& echo, Encoding encoding = Encoding::json);

}  // namespace onebot
