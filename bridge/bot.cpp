#include "bridge/bot.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {
namespace {

constexpr std::string_view kNames = "known_as";  // the kind of record: JSON of a self -> its user_id

}  // namespace

Bot::Bot(std::string key, std::uint16_t number, Intake& intake, onebot::Records& records, Whereabouts& whereabouts,
         Changed changed)
    : key_(std::move(key)),
      number_(number),
      seed_(key_hash(0, key_)),
      intake_(intake),
      records_(records),
      whereabouts_(whereabouts),
      changed_(std::move(changed)) {}

void Bot::attach(onebot::Adapter& adapter) {
  adapter_ = &adapter;
  online_ = was_online_ = adapter.online();
  if (known()) told_ = State{self(), online_};
  for (onebot::Record& record : records_.recall(key_, kNames)) names_.push_back(std::move(record.key));
  learn_name();
}

bool Bot::can(std::string_view action) const {
  if (!adapter_) return false;
  const auto actions = adapter_->actions();
  return std::ranges::find(actions, action) != actions.end();
}

bool Bot::goes_by(std::string_view self) const { return std::ranges::find(names_, self) != names_.end(); }

void Bot::learn_name() {
  if (!lost_ && known() && self() != name_) keep_name();
}

// Also when it is known: records that nobody keeps again grow old.
void Bot::keep_name() {
  name_ = self();
  std::string text = onebot::to_json(name_);
  records_.keep(key_, {std::string(kNames), text, name_.user_id});
  if (goes_by(text)) return;
  names_.push_back(std::move(text));
  if (names_.size() <= kMostNames) return;
  records_.keep(key_, {std::string(kNames), names_.front(), ""});
  names_.erase(names_.begin());
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
  learn_name();
  for (const onebot::Event& event : arrival.events) whereabouts_.met(number_, event);
  intake_.take({key_, seed_, self()}, std::move(arrival));
}

void Bot::set_online(bool online) {
  if (online && !lost_ && known()) keep_name();
  online_ = online;
  was_online_ = was_online_ || online;
  const std::optional<State> now = known() ? std::optional(State{self(), online}) : std::nullopt;
  const std::optional<State> before = std::exchange(told_, now);
  if (now == before) return;
  const bool renamed = before && before->online && (!now || now->self != before->self);
  changed_(*this, renamed ? std::optional(State{before->self, false}) : std::nullopt);
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

bool Bots::has(const Bot& bot) const { return std::ranges::find(bots_, &bot) != bots_.end(); }

const Bot* Bots::find(const onebot::Self& self) const {
  for (const Bot* bot : bots_) {
    if (bot->known() && bot->self() == self) return bot;
  }
  return nullptr;
}

bool Bots::any_can(std::string_view action) const {
  return std::ranges::any_of(bots_, [&](const Bot* bot) { return bot->can(action); });
}

std::vector<std::string> Bots::why_absent() const {
  std::vector<std::string> reasons;
  for (const Bot* bot : bots_) {
    if (auto why = bot->why_absent(); !why.empty()) reasons.push_back(std::move(why));
  }
  return reasons;
}

onebot::List Bots::states() const {
  onebot::List list;
  for (const Bot* bot : bots_) {
    if (bot->known()) list.push_back(as_value({bot->self(), bot->online()}));
  }
  return list;
}

const Bot* Bots::namesake(const Bot& bot) const {
  if (!bot.known()) return nullptr;
  for (const Bot* other : bots_) {
    if (other != &bot && other->known() && other->self().user_id == bot.self().user_id) return other;
  }
  return nullptr;
}

}  // namespace bridge
