// Bot: one account, as its adapter sees the bridge (EventSink) and as the bridge sees the account.
// Bots: all of them, or those that a link serves.

#pragma once

#include "bridge/intake.h"
#include "bridge/whereabouts.h"
#include "onebot/adapter.h"
#include "onebot/store.h"
#include "onebot/value.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class Bot final : public onebot::EventSink {
 public:
  static constexpr std::size_t kMostNames = 8;  // that are remembered

  // What status_update tells of a bot.
  struct State {
    onebot::Self self{};
    bool online = false;
    bool operator==(const State&) const = default;
  };
  // former: the name under which it was online so far, when it has another one now.
  using Changed = std::function<void(const Bot&, const std::optional<State>& former)>;

  // key: "platform/app_id", unique and the same after a restart. number: unique in this run.
  Bot(std::string key, std::uint16_t number, Intake& intake, onebot::Records& records, Whereabouts& whereabouts,
      Changed changed);

  // Before the adapter starts. The adapter outlives every call of the bridge to it.
  void attach(onebot::Adapter& adapter);
  onebot::Adapter* adapter() const { return adapter_; }
  const std::string& key() const { return key_; }
  std::uint16_t number() const { return number_; }
  const onebot::Self& self() const { return adapter_->self(); }
  bool online() const { return online_; }
  bool known() const { return adapter_ && !self().user_id.empty(); }  // the platform has told who it is
  bool can(std::string_view action) const;
  // Whether events with this self, as onebot::self_in() gives it, are its own: under its present name or one it had,
  // since the log still has events of an earlier run.
  bool goes_by(std::string_view self) const;
  // Why it should be online and is not: it never was, or has stopped for good. "": it is, or will be again by itself,
  // or is another process's.
  std::string why_absent() const;

  // Another process has it: its feed ends, and what it still says is refused.
  void lose();
  bool lost() const { return lost_; }

  void emit(onebot::Arrival arrival) override;
  void set_online(bool online) override;
  void remember(onebot::Record record) override;
  std::vector<onebot::Record> recall(std::string_view kind) override;

 private:
  void learn_name();
  void keep_name();

  // constant after construction
  std::string key_;
  std::uint16_t number_;
  std::uint64_t seed_;
  Intake& intake_;
  onebot::Records& records_;
  Whereabouts& whereabouts_;
  Changed changed_;

  // loop thread only
  onebot::Adapter* adapter_ = nullptr;
  bool online_ = false, lost_ = false;
  bool was_online_ = false;         // at any time
  std::optional<State> told_;       // what applications know of it
  onebot::Self name_;               // the last one that is among names_
  std::vector<std::string> names_;  // as JSON, oldest first
};

onebot::Value as_value(const Bot::State& state);

class Bots {
 public:
  void add(Bot& bot) { bots_.push_back(&bot); }
  const std::vector<Bot*>& all() const { return bots_; }

  bool has(const Bot& bot) const;
  const Bot* find(const onebot::Self& self) const;  // nullptr: nobody here
  bool any_can(std::string_view action) const;
  std::vector<std::string> why_absent() const;  // of each that is; see Bot
  onebot::List states() const;                  // "bots" of get_status: those whose user_id is known
  // Another bot with the same user_id, which applications may take for one and the same; nullptr: none.
  const Bot* namesake(const Bot& bot) const;

 private:
  std::vector<Bot*> bots_;
};

}  // namespace bridge
