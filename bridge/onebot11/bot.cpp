#include "bridge/onebot11/bot.h"

#include <utility>

namespace bridge::onebot11 {

Bot::Bot(const bridge::Bot& bot, v11::BotIdentity identity, std::span<const std::string_view> own,
         const onebot::Durability& durability)
    : bot_(bot), identity_(std::move(identity)), actions_(own.begin(), own.end()), durability_(durability) {
  const auto offered = bot_.adapter()->actions();
  actions_.insert(actions_.end(), offered.begin(), offered.end());
}

const v11::BotIdentity& Bot::identity() const {
  if (identity_.user_id != bot_.self().user_id) identity_.user_id = bot_.self().user_id;
  return identity_;
}

v11::BotStatus Bot::status() const {
  const bool online = bot_.online();
  return {.online = online, .good = online && durability_.healthy()};
}

v11::Abilities Bot::abilities() const { return {.actions = actions_, .segments = bot_.adapter()->segments()}; }

}  // namespace bridge::onebot11
