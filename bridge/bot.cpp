#include "bridge/bot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

Bot::Bot(std::string key, Intake& intake, onebot::Records& records, Changed changed)
    : key_(std::move(key)),
      seed_(key_hash(0, key_)),
      intake_(intake),
      records_(records),
      changed_(std::move(changed)) {}

void Bot::attach(onebot::Adapter& adapter) {
  adapter_ = &adapter;
  online_ = was_online_ = adapter.online();
  if (known()) told_ = State{self(), online_};
}

bool Bot::can(std::string_view action) const {
  if (!adapter_) return false;
  const auto actions = adapter_->actions();
  return std::ranges::find(actions, action) != actions.end();
}

std::string Bot::why_absent() const {
  if (online_ || lost_ || !adapter_) return {};
  const onebot::Adapter::Trouble trouble = adapter_->trouble();
  if (was_online_ && !trouble.final) return {};
  const std::string_view state = trouble.final ? "has stopped" : "has not been online yet";
  return fmt::format("bot {} {}{}{}", key_, state, trouble.why.empty() ? "" : ": ", trouble.why);
}

void Bot::lose() {
  if (std::exchange(lost_, true) || !adapter_) return;
  adapter_->stop();
  set_online(false);
}

void Bot::emit(onebot::Arrival arrival) {
  if (lost_) return intake_.refuse(std::move(arrival));
  intake_.take({key_, seed_, self()}, std::move(arrival));
}

void Bot::set_online(bool online) {
  online_ = online;
  was_online_ = was_online_ || online;
  const std::optional<State> now = known() ? std::optional(State{self(), online}) : std::nullopt;
  const std::optional<State> before = std::exchange(told_, now);
  if (now == before) return;
  std::vector<State> delta;
  // Under its former name the bot is gone.
  if (before && before->online && (!now || now->self != before->self)) delta.push_back({before->self, false});
  if (now) delta.push_back(*now);
  changed_(*this, std::move(delta));
}

void Bot::remember(onebot::Record record) {
  if (!lost_) records_.keep(key_, std::move(record));
}

std::vector<onebot::Record> Bot::recall(std::string_view kind) { return records_.recall(key_, kind); }

onebot::Value as_value(const Bot::State& state) {
  return onebot::Fields{
      {"self", onebot::Fields{{"platform", state.self.platform}, {"user_id", state.self.user_id}}},
      {"online", state.online},
  };
}

const Bot* Bots::find(const onebot::Self& self) const {
  for (const auto& bot : bots_) {
    if (bot->known() && bot->self() == self) return bot.get();
  }
  return nullptr;
}

bool Bots::any_can(std::string_view action) const {
  return std::ranges::any_of(bots_, [&](const auto& bot) { return bot->can(action); });
}

std::vector<std::string> Bots::why_absent() const {
  std::vector<std::string> reasons;
  for (const auto& bot : bots_) {
    if (auto why = bot->why_absent(); !why.empty()) reasons.push_back(std::move(why));
  }
  return reasons;
}

onebot::List Bots::states() const {
  onebot::List list;
  for (const auto& bot : bots_) {
    if (bot->known()) list.push_back(as_value({bot->self(), bot->online()}));
  }
  return list;
}

const Bot* Bots::namesake(const Bot& bot) const {
  if (!bot.known()) return nullptr;
  for (const auto& other : bots_) {
    if (other.get() != &bot && other->known() && other->self().user_id == bot.self().user_id) return other.get();
  }
  return nullptr;
}

}  // namespace bridge
