// Calls: actions under way. Each is answered exactly once: by whoever carries it out, or by its deadline, or by the
// end of the process; what comes later is counted and discarded.

#pragma once

#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>

namespace bridge {

class Calls {
 public:
  Calls(onebot::io::Loop& loop, onebot::Log& log, std::size_t bound) : loop_(loop), log_(log), bound_(bound) {}

  // The reply for whoever carries it out. Error, answered already: too many are under way.
  onebot::Result<onebot::Reply> begin(const onebot::Action& action, onebot::Reply reply,
                                      std::chrono::milliseconds deadline);
  void end_all(const onebot::Error& why);
  std::size_t size() const { return open_.size(); }

 private:
  struct Call {
    onebot::Reply reply;
    onebot::io::Owner deadline{};
  };

  void finish(std::uint64_t number, onebot::ActionResult result);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::size_t bound_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Call> open_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // an adapter may keep a reply longer than we live
};

}  // namespace bridge
