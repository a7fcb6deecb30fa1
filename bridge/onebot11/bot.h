// Bot: one bot of the bridge as links of OneBot 11 see it.

#pragma once

#include "bridge/bot.h"
#include "onebot/store.h"
#include "onebot/v11/connect/ground.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::onebot11 {

namespace v11 = onebot::v11;

class Bot final : public v11::connect::Bot {
 public:
  // identity: as far as the configuration tells it. own: what the bridge does itself for every bot. All outlive it, and
  // the bot has its adapter.
  Bot(const bridge::Bot& bot, v11::BotIdentity identity, std::span<const std::string_view> own,
      const onebot::Durability& durability);

  const v11::BotIdentity& identity() const override;
  const std::string& name() const override { return name_; }
  v11::BotStatus status() const override;
  v11::Abilities abilities() const override;

 private:
  const bridge::Bot& bot_;
  mutable v11::BotIdentity identity_;  // with what the platform has told by now
  std::vector<std::string_view> actions_;
  const onebot::Durability& durability_;
  const std::string name_{};
};

}  // namespace bridge::onebot11
