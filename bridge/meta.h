// MetaEvents: connect, heartbeat and status_update, and the data of get_status and get_version.
// Spec: interface/meta.

#pragma once

#include "bridge/bot.h"
#include "onebot/io.h"
#include "onebot/store.h"
#include "onebot/transport.h"
#include "onebot/value.h"

#include <chrono>
#include <optional>
#include <string>

namespace bridge {

class MetaEvents final : public onebot::Meta {
 public:
  MetaEvents(onebot::io::Loop& loop, const Bots& bots, const onebot::Durability& durability, std::string version)
      : loop_(loop), bots_(bots), durability_(durability), version_(std::move(version)) {}

  std::string connect_event() const override;
  std::string status_event() const override;
  // The same, and that a bot is gone under the name it had.
  std::string changed_event(const std::optional<Bot::State>& former) const;
  std::string heartbeat_event(std::chrono::milliseconds interval) const;

  onebot::Value status() const;  // of every bot whose user_id is known
  onebot::Value version() const;

 private:
  std::string event(std::string detail_type, std::string name, onebot::Value value) const;

  onebot::io::Loop& loop_;
  const Bots& bots_;
  const onebot::Durability& durability_;
  std::string version_;
};

}  // namespace bridge
