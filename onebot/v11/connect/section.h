// Section: what all four ways have in common: which bots, how events look, where each of them is told.

#pragma once

#include "onebot/connect/signpost.h"
#include "onebot/v11/connect/asking.h"
#include "onebot/v11/connect/feed.h"
#include "onebot/v11/connect/ground.h"
#include "onebot/v11/connect/rendering.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

struct SectionOptions {
  std::string name{};                      // places follow it; "": they follow the address
  std::string mark{};                      // behind the address, where another section has the same; "#2"
  std::vector<const Bot*> bots{};          // at least one; all outlive the section
  onebot::connect::Elsewhere elsewhere{};  // where OneBot 12 is spoken
  AskingOptions asking{};
  std::chrono::milliseconds replay{300'000};    // how far back one that returns is served
  std::chrono::milliseconds heartbeat{15'000};  // 0: there is none
};

// What a way is made of besides its options.
struct Means {
  const Ground& ground;
  Rendering& rendering;
};

// Names of places: "onebot11:<way>:<name or address>:<platform>/<app_id>", and what a way adds.
class PlaceNames {
 public:
  PlaceNames(std::string_view way, std::string_view name, std::string_view address);
  std::string of(const Bot& bot, std::string_view consumer = {}) const;
  // Places under the address are the name's from now on.
  void take_over(Cursors& cursors) const;

 private:
  std::string by_address_{}, by_name_{};
};

// ms since the epoch; events before are too old for one that returns now.
std::int64_t replay_since(const Ground& ground, const SectionOptions& options);

// Which bot a path leads to: "/<self_id>/rest", and "/rest" when there is one bot alone.
struct Reached {
  const Bot* bot = nullptr;  // nullptr: the path says none
  std::string rest{};        // with its first slash and without its last; "/" for nothing
  bool named = false;        // the path begins with a number
};
Reached reach(const Ground& ground, const SectionOptions& options, std::string_view path);
// What may stand first in a path, as far as it is known; none when there is one bot alone.
std::vector<Number> prefixes(const Ground& ground, const SectionOptions& options);

std::string user_agent(const Ground& ground);

}  // namespace onebot::v11::connect
