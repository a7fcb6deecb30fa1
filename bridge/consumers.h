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
  static constexpr std::size_t kBound = 1000;  // a name more is served live, and not remembered

  using All = std::map<std::string, onebot::Seq, std::less<>>;

  Consumers(onebot::io::Loop& loop, onebot::Log& log, onebot::Places& places, All known, const onebot::EventLog& events,
            std::chrono::milliseconds replay);

  onebot::Seq position(std::string_view consumer) override;
  void confirm(std::string_view consumer, onebot::Seq next) override;
  std::int64_t replay_since() const override;

  const All& all() const { return known_; }

 private:
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Places& places_;
  const onebot::EventLog& events_;
  std::chrono::milliseconds replay_;
  All known_;
};

}  // namespace bridge
