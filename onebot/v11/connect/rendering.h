// Rendering: the frames of events, built once for each bot and set of options and shared by all links that have these.
//
// The newest are kept, so that a link reads what another one has read a moment ago without building it again.

#pragma once

#include "onebot/event_log.h"
#include "onebot/json.h"
#include "onebot/v11/connect/ground.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace onebot::v11::connect {

// The frames of one event; none when OneBot 11 does not tell it.
struct Rendered {
  std::vector<std::string> texts{};
  std::string frames{};   // the same as ready-made WebSocket frames
  std::uint64_t put = 0;  // so many rows have to be safe before anybody is told
};

class Rendering {
 public:
  static constexpr std::size_t kKept = 1'024;          // events
  static constexpr std::size_t kKeptBytes = 16 << 20;  // of their frames

  Rendering(const Ground& ground, std::vector<const Bot*> bots) : ground_(ground), bots_(std::move(bots)) {}

  struct Head {
    const Bot* bot = nullptr;  // whose event it is; nullptr: of none that is here
    std::int64_t at = 0;       // milliseconds since the epoch
  };
  Head head(const LogEntry& entry);
  std::shared_ptr<const Rendered> frames(const LogEntry& entry, const Options& options);

 private:
  struct Known {
    Head head{};
    std::vector<std::pair<Options, std::shared_ptr<const Rendered>>> rendered{};
  };
  Known& known(const LogEntry& entry);
  void forget(Seq except);
  json::View read(const LogEntry& entry);
  const Bot* bot_of(json::View event) const;

  const Ground& ground_;
  const std::vector<const Bot*> bots_;
  std::map<Seq, Known> known_;
  std::deque<Seq> order_;  // of known_
  std::size_t bytes_ = 0;  // of the frames in known_
  Seq read_ = 0;           // which event document_ is of
  std::optional<json::Document> document_;
};

}  // namespace onebot::v11::connect
