// Pace: when the next message may go out. Platform: im-v1/message/create, "frequency limits": 50 in a second and 1000
// in a minute for the app, 5 in a second to one chat or person.

#pragma once

#include "adapters/kit/remembered.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <string_view>

namespace feishu {

class Pace {
 public:
  using Time = std::chrono::milliseconds;

  // Takes the next place for a message to this receiver; it may be sent then.
  Time book(std::string_view receiver, Time now) {
    Window own{.most = 5, .span = std::chrono::seconds(1)};
    if (const Window* known = receivers_.find(receiver)) own = *known;
    Time at = own.earliest(now);
    for (const Window& window : app_) at = std::max(at, window.earliest(now));
    for (Window& window : app_) window.take(at);
    own.take(at);
    receivers_.set(receiver, std::move(own));
    return at;
  }

 private:
  struct Window {
    std::size_t most = 1;
    Time span{1000};
    std::deque<Time> taken{};

    Time earliest(Time now) const { return taken.size() < most ? now : std::max(now, taken.front() + span); }
    void take(Time at) {
      taken.push_back(at);
      if (taken.size() > most) taken.pop_front();
    }
  };

  std::array<Window, 2> app_ = {
      {{.most = 50, .span = std::chrono::seconds(1)}, {.most = 1000, .span = std::chrono::minutes(1)}}};
  kit::Recent<Window> receivers_{2000};
};

}  // namespace feishu
