// Consumers: the places of all named consumers, in memory and through the store over restarts.

#pragma once

#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/store.h"
#include "onebot/transport.h"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace bridge {

class Consumers final : public onebot::Cursors {
 public:
  // One more, and a name gives way that never confirmed anything, or was not seen for so long. When none does, the new
  // one is served live, and not remembered.
  static constexpr std::size_t kBound = 1000;
  static constexpr std::chrono::hours kUnseen{1};

  using Earlier = std::map<std::string, onebot::Seq, std::less<>>;

  Consumers(onebot::io::Loop& loop, onebot::Log& log, onebot::Store& store, Earlier known,
            const onebot::EventLog& events, std::chrono::milliseconds replay);

  onebot::Seq position(std::string_view consumer) override;
  void confirm(std::string_view consumer, onebot::Seq next) override;
  void rename(std::string_view consumer, std::string_view name) override;
  std::int64_t replay_since() const override;

  struct Place {
    onebot::Seq next = 0;
    bool confirmed = false;            // ever
    std::chrono::milliseconds seen{};  // monotonic
  };
  using All = std::map<std::string, Place, std::less<>>;
  const All& all() const { return known_; }

 private:
  Place* remember(std::string_view consumer, onebot::Seq next);  // nullptr: there is no room
  bool make_room();
  void forget(All::iterator place);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Store& store_;
  const onebot::EventLog& events_;
  std::chrono::milliseconds replay_;
  All known_;
};

}  // namespace bridge
