// Sending: one send_message under way, from the choice of what it answers to the platform's word on it.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/qq/adapter_messages.h"
#include "adapters/qq/api.h"
#include "adapters/qq/compose.h"
#include "adapters/qq/replies.h"
#include "onebot/action.h"
#include "onebot/io.h"

namespace qq {

class Sending {
 public:
  struct Desk {
    Api& api;
    Replies& replies;
    Messages& messages;
    onebot::io::Loop& loop;
  };

  // done: last of all, once; may destroy this.
  Sending(const Desk& desk, Chat chat, Composed composed, std::function<void(onebot::ActionResult)> done);

  void start();

 private:
  void send();
  void answered(ApiResult result);
  bool try_otherwise(Cure cure);
  onebot::ActionResult result_of(const ApiAnswer& answer);
  const std::string& answered_id() const { return answer_->msg_id.empty() ? answer_->event_id : answer_->msg_id; }

  Desk desk_;
  Chat chat_;
  Composed composed_;
  std::function<void(onebot::ActionResult)> done_;
  std::optional<Answer> answer_{};  // absent: an active message
  std::string index_{};             // of the quoted message
  onebot::io::Owner call_{};
};

}  // namespace qq
