// Sending: one OneBot message on its way out as one or more of the platform's, in order. What answers a message in a
// thread (a topic) stays there with all its parts, also when what it answers is gone; elsewhere the first part answers.
// Platform: im-v1/message/create and /reply.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/messages/compose.h"
#include "adapters/feishu/settings.h"
#include "adapters/feishu/target.h"
#include "onebot/action.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/task.h"

#include <string>
#include <vector>

namespace feishu {

class Sending {
 public:
  struct Job {
    Composed composed{};
    Target target{};
    bool in_thread = false;
    std::string self{};  // who writes it
  };
  struct Parts {
    const Settings& settings;
    const Api& api;
    onebot::io::Loop& loop;
    Memory& memory;  // of who wrote what, and where
  };

  Sending(Job job, const Parts& parts);

  // {message_id, time} and, of several, <prefix>message_ids. Stops at the first failure: nothing sent fails with what
  // the platform said, part of it with partly_sent and the ids so far. This outlives the task.
  onebot::Task<onebot::ActionResult> run();
  const std::vector<std::string>& ids() const { return ids_; }  // of what the platform took so far
  // What it did not take because it has no such file; nullptr: that was not why. run() goes on with it once the files
  // have been brought again.
  const Outgoing* without_file() const { return without_file_ ? &next() : nullptr; }
  void compose_anew(Composed composed) { job_.composed = std::move(composed); }

 private:
  const Outgoing& next() const { return job_.composed.messages[ids_.size()]; }
  ApiRequest next_request() const;
  void took(onebot::json::View data);
  void place(const std::string& id, onebot::json::View data);
  void answer_another();
  bool begins_thread() const;
  onebot::Fields result() const;
  onebot::Error error_of(const Failure& failure) const;

  Job job_;
  Parts parts_;
  std::vector<std::string> ids_{};
  double time_ = 0;
  std::string answered_{};           // what the next one answers; "" = nothing
  std::string thread_{};             // in which they are; "" = in none that is known
  std::vector<std::string> gone_{};  // what could not be answered any more
  bool without_file_ = false;
};

}  // namespace feishu
