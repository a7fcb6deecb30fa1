// Sending: one OneBot message on its way out as one or more of the platform's, in order.
// Platform: im-v1/message/create and /reply.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/dialect.h"
#include "adapters/feishu/messages/compose.h"
#include "adapters/feishu/pace.h"
#include "adapters/feishu/target.h"
#include "onebot/action.h"
#include "onebot/io.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

class Sending {
 public:
  struct Job {
    Composed composed{};
    Target target{};
    bool in_thread = false;
    std::string send_path{}, reply_path{};
    const Dialect* dialect = nullptr;
    Pace* pace = nullptr;
  };
  // sent: each message that the platform took, with its id and, if the platform says it, its chat.
  using Sent = std::function<void(std::string_view message_id, std::string_view chat_id)>;
  using Done = std::function<void(onebot::ActionResult)>;

  Sending(Job job, Api& api, onebot::io::Loop& loop, Sent sent, Done done);

  // Calls done once, with {message_id, time} and, of several, <prefix>message_ids. Stops at the first failure: nothing
  // sent fails with what the platform said, part of it with partly_sent and the ids so far. done may destroy this.
  void start() { send(); }

  const Target& target() const { return job_.target; }
  const std::vector<std::string>& ids() const { return ids_; }  // of what the platform took so far

 private:
  void send();
  void send_now();
  void answered(ApiResult result);
  onebot::Fields result() const;
  onebot::Error error_of(const Failure& failure) const;

  Job job_;
  Api& api_;
  onebot::io::Loop& loop_;
  Sent sent_;
  Done done_;
  std::vector<std::string> ids_{};
  double time_ = 0;
  bool replying_ = false;
  onebot::io::Owner call_{};
};

}  // namespace feishu
