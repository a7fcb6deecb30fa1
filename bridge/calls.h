// Calls: actions under way. Each is answered exactly once: by whoever carries it out, or by its deadline, or by the
// end of the process; what comes later is counted and discarded.

#pragma once

#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace bridge {

class Calls {
 public:
  Calls(onebot::io::Loop& loop, onebot::Log& log, std::size_t bound) : loop_(loop), log_(log), bound_(bound) {}

  // The reply for whoever carries it out. Error, answered already: too many are under way. bot: its key, which stays
  // where it is.
  onebot::Result<onebot::Reply> begin(std::string_view bot, const onebot::Action& action, onebot::Reply reply,
                                      std::chrono::milliseconds deadline);
  void end_all(const onebot::Error& why);
  void end_all_of(std::string_view bot, const onebot::Error& why);
  std::size_t size() const { return open_.size(); }

 private:
  struct Call {
    std::string_view bot{};
    onebot::Reply reply;
    onebot::io::Owner deadline{};
  };

  void finish(std::uint64_t number, onebot::ActionResult result);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::size_t bound_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Call> open_;
  onebot::Lifetime lifetime_;  // an adapter may keep a reply longer than we live
};

}  // namespace bridge
