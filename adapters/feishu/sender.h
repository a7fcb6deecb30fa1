// Sender: messages on their way out. Those to one receiver go out one after another, each with its files uploaded
// first, so that a text does not overtake the image before it.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/identity.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/messages/compose.h"
#include "adapters/feishu/messages/media.h"
#include "adapters/feishu/settings.h"
#include "adapters/feishu/target.h"
#include "adapters/kit/turns.h"
#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/segment.h"
#include "onebot/task.h"
#include "onebot/told.h"

namespace feishu {

class Sender {
 public:
  using Done = onebot::Told<onebot::ActionResult>;
  struct Parts {
    Api& api;
    const Identity& identity;
    Memory& memory;
    const onebot::Host& host;
  };
  struct Order {
    onebot::Message message{};
    Target target{};
    bool in_thread = false;
  };

  Sender(const Settings& settings, const Parts& parts);

  // What earlier runs of the program have uploaded.
  void recall() { upload_keys_.recall(parts_.host.events.recall(Uploading::kForm.kind)); }
  // Checked as a whole before anything is uploaded or sent. done: once, with what Sending says; it may be called
  // inside.
  // Errors besides Sending's and Uploading's: of compose(); 36002, when too many wait for the receiver already.
  [[nodiscard]] onebot::io::Owner send(Order order, Done done);
  void stop() { turns_.clear(); }  // no message begins any more

 private:
  onebot::Status check(const onebot::Message& message);
  onebot::Task<onebot::ActionResult> carry(Order order);
  onebot::Task<onebot::ActionResult> upload_and_send(Order order);
  onebot::Task<onebot::Result<Resources>> resources_of(const onebot::Message& message);
  void forget_key_in(const Outgoing& refused, const Resources& resources);
  Offered offered() const;

  const Settings& settings_;
  Parts parts_;
  Uploading::Keys upload_keys_;
  kit::Turns turns_{};  // by receiver
};

}  // namespace feishu
