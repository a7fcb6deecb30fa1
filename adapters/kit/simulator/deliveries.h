// Deliveries: what a simulated platform pushes to the bridge, and again until it is taken.

#pragma once

#include "onebot/io.h"
#include "onebot/task.h"
#include "onebot/told.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kit::simulator {

class Deliveries {
 public:
  static constexpr std::size_t kMost = 10'000;
  struct Answer {
    int status = 0;  // 0: there was none
    std::string text{};
  };
  using Told = onebot::Told<Answer>;

  struct Delivery {
    std::string id{}, event{};
    std::function<onebot::io::Owner(Told)> attempt{};  // dropped: it is given up
    std::function<bool(const Answer&)> is_taken{};
    bool once = false;  // however it ends
    onebot::List statuses{};
    std::string answer{};  // the last
    bool taken = false;
  };
  struct Ladder {
    std::vector<std::chrono::milliseconds> waits{};  // before each further attempt
    bool insists = false;                            // goes through all of them, even when it was taken
  };

  Deliveries(onebot::io::Loop& loop, Ladder ladder) : loop_(loop), ladder_(std::move(ladder)) {}

  Ladder& ladder() { return ladder_; }
  void begin(Delivery delivery);
  template <class Describe>
  onebot::List list(Describe&& describe) const {  // the newest, as describe(delivery) has each
    onebot::List list;
    for (const auto& [number, begun] : begun_) list.push_back(describe(begun.delivery));
    return list;
  }

 private:
  struct Begun {
    Delivery delivery{};
    onebot::io::Owner course{};
  };

  onebot::Task<bool> deliver(Delivery& delivery);  // whether it was taken

  onebot::io::Loop& loop_;
  Ladder ladder_;
  std::map<std::uint64_t, Begun> begun_{};
  std::uint64_t number_ = 0;
};

// An attempt by HTTP.
onebot::io::Owner post(onebot::io::Client& client, onebot::io::HttpRequest request, Deliveries::Told told);

}  // namespace kit::simulator
