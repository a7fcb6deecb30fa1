// Actions: which action does what, and those under way. Standard: interface/message/actions, interface/user/actions.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/identity.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/sender.h"
#include "adapters/feishu/settings.h"
#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/call.h"
#include "onebot/io.h"
#include "onebot/task.h"
#include "onebot/told.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

class Actions {
 public:
  struct Parts {
    Api& api;
    Identity& identity;
    Memory& memory;
    const onebot::Host& host;
  };
  Actions(const Settings& settings, const Parts& parts);

  // Names of what the platform has a path for. Valid as long as this is.
  std::span<const std::string_view> offered() const { return offered_; }
  void recall() { sender_.recall(); }
  void call(const onebot::Action& action, onebot::Reply reply);
  // Of the actions under way nothing more will be heard; they are answered with 36001.
  void stop();

 private:
  using Done = onebot::Told<onebot::ActionResult>;
  struct Task {
    onebot::Reply reply;
    onebot::io::Owner work{};
  };
  struct Known {
    std::string_view name{};
    onebot::io::Owner (Actions::*run)(const onebot::Action&, Done) = nullptr;
  };
  static const Known kKnown[];

  void offer();
  const onebot::CallRow* find_row(std::string_view action) const;
  void ended(std::uint64_t number, onebot::ActionResult result);

  onebot::io::Owner send_message(const onebot::Action& action, Done done);
  onebot::io::Owner delete_message(const onebot::Action& action, Done done);
  onebot::io::Owner get_self_info(const onebot::Action& action, Done done);
  onebot::io::Owner look_up(const onebot::CallRow& row, const onebot::Action& action, Done done);
  onebot::Task<onebot::ActionResult> asked(const onebot::CallRow& row, onebot::Fields params);
  onebot::ActionResult stand_in(const std::string& user_id, onebot::ActionResult result) const;

  const Settings& settings_;
  Parts parts_;
  Sender sender_;
  std::vector<std::string> offered_names_{};
  std::vector<std::string_view> offered_{};
  std::uint64_t number_ = 0;               // of the last task
  std::map<std::uint64_t, Task> tasks_{};  // after sender_, whose queues its messages leave when they go
};

}  // namespace feishu
