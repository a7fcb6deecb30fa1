// Dialect: OneBot 11 over one bridge: its bots, their numbers, files, and the frames that all ways share. As events
// pass it learns who is where, and which answers hold no longer.

#pragma once

#include "bridge/bot.h"
#include "bridge/intake.h"
#include "bridge/onebot11/bot.h"
#include "bridge/onebot11/logged_events.h"
#include "bridge/onebot11/media.h"
#include "bridge/onebot11/roster.h"
#include "onebot/store.h"
#include "onebot/transport.h"
#include "onebot/v11/connect/ground.h"
#include "onebot/v11/connect/rendering.h"
#include "onebot/v11/connect/transports.h"
#include "onebot/v11/kept_answers.h"
#include "onebot/v11/message_numbers.h"
#include "onebot/v11/numbers.h"
#include "onebot/v11/rows.h"
#include "onebot/v11/safety.h"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace bridge::onebot11 {

class Dialect final : public EventWatch {
 public:
  // All of it outlives the dialect.
  struct Parts {
    onebot::Backend& backend;
    const onebot::Durability& durability;
    onebot::Records& records;
    v11::Rows rows;
    v11::Safety& safety;
    MediaOptions media{};
    LoggedEvents::Older older{};
    std::span<const std::string_view> own_actions{};  // what the bridge does itself for every bot
  };
  // A bot, its files, and as far as the configuration tells it who it is.
  struct Account {
    const bridge::Bot& bot;
    onebot::Files& files;
    v11::BotIdentity identity{};
  };

  Dialect(Parts parts, const std::vector<Account>& accounts);
  Dialect(const Dialect&) = delete;

  // In the order of the accounts.
  const v11::connect::Bot& bot(std::size_t place) const { return *bots_.at(place); }
  v11::Number number(std::size_t place) const { return self_id(ground_, bot(place)); }  // 0: not known yet
  v11::connect::Means means() { return {ground_, rendering_}; }
  Media& media() { return media_; }

  void on_event(std::string_view bot, const onebot::Event& event) override;

 private:
  std::vector<const v11::connect::Bot*> all() const;

  std::vector<std::unique_ptr<Bot>> bots_;
  v11::IdNumbers ids_;
  v11::MessageNumbers messages_;
  LoggedEvents events_;
  Media media_;
  Roster roster_;
  v11::KeptAnswers kept_;
  v11::connect::Ground ground_;
  v11::connect::Rendering rendering_;
};

}  // namespace bridge::onebot11
