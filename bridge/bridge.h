// Bridge: between adapters and transports. Events go up through its bots, actions come down through act().
//
// It owns the log and the places in it; adapters, transports and the store belong to whoever assembles them and outlive
// start() to stop(). Loop thread only.

#pragma once

#include "bridge/bot.h"
#include "bridge/calls.h"
#include "bridge/consumers.h"
#include "bridge/hindsight.h"
#include "bridge/intake.h"
#include "bridge/link_view.h"
#include "bridge/own_actions.h"
#include "bridge/whereabouts.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/store.h"
#include "onebot/transport.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge {

class Bridge final : private onebot::StoreWatch {
 public:
  struct Options {
    std::size_t window = 1 << 20;                 // bytes of events kept in memory, at least
    std::size_t refuse_beyond = 64 << 20;         // uncommitted bytes beyond which events are refused
    std::chrono::milliseconds heartbeat{15'000};  // 0: none
    std::chrono::milliseconds action_timeout{25'000};
    std::size_t actions_at_once = 4'096;
    std::chrono::milliseconds replay{3'600'000};  // how far back a returning consumer is served; 0: live only
    std::string version = ONEBRIDGE_VERSION;
  };

  // The store is freshly opened; the bridge takes over what an earlier run left.
  Bridge(onebot::io::Loop& loop, onebot::Log& log, onebot::Store& store, Options options);
  Bridge(const Bridge&) = delete;
  ~Bridge() override;

  // key: "platform/app_id". The bot is the EventSink of the adapter that is then attached to it.
  Bot& add_bot(std::string key);
  const std::vector<std::unique_ptr<Bot>>& bots() const { return bots_; }  // as they were added
  // bots: keys of those that it serves, all of which have been added; none: it serves all, also those to come.
  using Keys = std::vector<std::string>;
  void add(onebot::Transport& transport, const Keys& bots = {});
  void use(OwnActions& actions) { own_ = &actions; }
  void watch(EventWatch& watch) { intake_.watch(&watch); }
  onebot::Backend backend(onebot::io::Client& client, onebot::io::Server& server, const Keys& bots = {});

  onebot::Status start();  // transports first, so that nobody misses the first event
  // Stops feeds, answers what is open, flushes the store, closes consumers; within 5 s.
  void stop();

  // As somebody who is served all bots.
  void act(onebot::Action action, onebot::Reply reply) { whole_.act(std::move(action), std::move(reply)); }

  // For the admin page.
  struct Gauges {
    struct Consumer {
      std::string name{};
      std::uint64_t lag = 0;  // entries it has not confirmed
    };
    struct Account {
      std::string key{};
      onebot::Self self{};
      bool online = false;
    };
    std::vector<Consumer> consumers{};
    std::vector<Account> bots{};
    std::uint64_t events = 0;  // taken since the start
    onebot::Seq next = 0;      // of the log
    std::size_t uncommitted_bytes = 0;
    std::size_t actions_open = 0;
    bool store_healthy = true;
  };
  Gauges gauges() const;
  std::vector<std::string> why_bots_are_absent() const { return whole_.bots().why_absent(); }

 private:
  onebot::EventLog::Appended on_entry(std::string_view json, std::int64_t at) override;
  void on_committed(onebot::Seq next) override { events_.keep_from(next); }
  void on_hold(bool hold) override;
  void on_health(bool healthy) override;
  void on_lost(std::string_view bot, std::string_view why) override;

  void wake_soon();
  LinkView& view(const Keys& bots);
  LinkView::Act acting();
  void act(const LinkView& view, onebot::Action action, onebot::Reply reply);
  // Hears what the answer says before whoever asked does.
  onebot::Reply learning(const Bot& bot, onebot::Reply reply);
  void learn_whereabouts();
  bool is_own(std::string_view action) const;
  void bot_changed(const Bot& bot, const std::optional<Bot::State>& former);
  void tell_status(const Bot* of, const std::optional<Bot::State>& former);  // nullptr: it is about all
  void warn_of_namesake(const Bot& bot);
  void beat();

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Store& store_;
  Options options_;

  // loop thread only
  bool stopping_ = false, waking_ = false;
  onebot::EventLog events_;
  Consumers consumers_;
  Intake intake_;
  Whereabouts whereabouts_;
  std::vector<std::unique_ptr<Bot>> bots_;
  LinkView whole_;                                     // with all bots
  std::map<Keys, std::unique_ptr<LinkView>> partial_;  // with some
  Calls calls_;
  std::optional<Hindsight> hindsight_;
  OwnActions* own_ = nullptr;
  struct Attached {
    onebot::Transport* transport = nullptr;
    const LinkView* view = nullptr;
  };
  std::vector<Attached> transports_;
  std::set<std::string> warned_;  // keys of bots whose user_id another one has
  onebot::io::Owner heartbeat_;
  onebot::Lifetime lifetime_;  // what is posted may come after us
};

}  // namespace bridge
