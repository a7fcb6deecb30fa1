// An adapter that only writes down what it is told.

#pragma once

#include "onebot/adapter.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig {

class Adapter : public onebot::Adapter {
 public:
  Adapter(std::string platform, std::string user_id, std::vector<std::string_view> actions = {"send_message"})
      : self_{std::move(platform), std::move(user_id)}, actions_(std::move(actions)) {}

  void start() override { started = true; }
  void stop() override { stopped = true; }
  void hold(bool hold) override { holds.push_back(hold); }
  const onebot::Self& self() const override { return self_; }
  bool online() const override { return false; }
  Trouble trouble() const override { return troubled; }
  std::span<const std::string_view> actions() const override { return actions_; }
  void call(onebot::Action action, onebot::Reply reply) override {
    calls.push_back(action.name);
    replies.push_back(std::move(reply));
  }
  void rename(std::string user_id) { self_.user_id = std::move(user_id); }

  bool started = false, stopped = false;
  Trouble troubled{};
  std::vector<bool> holds;
  std::vector<std::string> calls;
  std::vector<onebot::Reply> replies;

 private:
  onebot::Self self_;
  std::vector<std::string_view> actions_;
};

}  // namespace rig
