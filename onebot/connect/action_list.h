// ActionList: the actions in the body of a webhook's 200 answer, run strictly one after the other.
// Spec: connect/communication/http-webhook.

#pragma once

#include "onebot/connect/refusals.h"
#include "onebot/lifetime.h"
#include "onebot/told.h"
#include "onebot/transport.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

class ActionList {
 public:
  // place: of the webhook, for log lines. drained: called when a full list may take more. refusals: of the webhook;
  // outlives this.
  ActionList(Backend& backend, std::string place, const Refusals& refusals, Then drained)
      : backend_(backend), place_(std::move(place)), refusals_(refusals), drained_(std::move(drained)) {}

  // Appends what the answer asks for. event: the JSON that was answered; its self is that of actions without one.
  // Whatever is wrong is only logged.
  void add(const io::HttpResponse& answer, std::string_view event);
  bool full() const;
  void stop();  // what has not begun is dropped

 private:
  void add_one(Value element, const std::optional<Self>& self);
  void next();
  void finished(const std::string& name, const ActionResult& result);
  void line(LogLevel level, std::string_view text);

  Backend& backend_;
  const std::string place_;
  const Refusals& refusals_;
  const Then drained_;
  std::deque<Action> waiting_;
  bool running_ = false;
  Lifetime lifetime_;  // a result may come after our end
};

}  // namespace onebot::connect
