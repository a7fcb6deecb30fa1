// Rates: how often messages may be sent. Platform: im-v1/message/create, "frequency limits": 50 in a second for the
// app, 5 in a second to one chat or person.

#pragma once

#include "adapters/feishu/simulator/reply.h"

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace feishu::simulator {

class Rates {
 public:
  using Time = std::chrono::milliseconds;

  // A Reply of code 0 when one more may be sent now.
  Reply take(std::string_view receiver, Time now) {
    if (receivers_.size() > kMostReceivers) receivers_.clear();
    auto& own = receivers_[std::string(receiver)];
    if (is_full(app_, 50, now)) {
      return limited({429, 99991400, "request trigger frequency limit"});
    }
    if (is_full(own, 5, now)) {
      return limited({400, 230020, "This operation triggers the frequency limit."});
    }
    app_.push_back(now);
    own.push_back(now);
    return {};
  }

 private:
  static constexpr std::size_t kMostReceivers = 10'000;

  static Reply limited(const kit::simulator::Refusal& refusal) {
    Reply reply = kit::simulator::refused(refusal);
    reply.headers.emplace_back(kWaitHeader, "1");
    return reply;
  }
  static bool is_full(std::deque<Time>& taken, std::size_t most, Time now) {
    while (!taken.empty() && taken.front() + std::chrono::seconds(1) <= now) taken.pop_front();
    return taken.size() >= most;
  }

  std::deque<Time> app_{};
  std::map<std::string, std::deque<Time>, std::less<>> receivers_{};
};

}  // namespace feishu::simulator
