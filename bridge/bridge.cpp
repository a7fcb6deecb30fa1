#include "bridge/bridge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

using onebot::Action;
using onebot::List;
using onebot::Reply;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::string_view kMetaActions[] = {"get_status", "get_supported_actions", "get_version"};
// The four seconds of shutdown that may be spent on the disk; one more is for the sockets.
constexpr std::chrono::milliseconds kFlushEvents{3'000}, kFlushCursors{1'000};

onebot::Error gone(const Bot& bot) {
  return {Retcode::shutting_down, fmt::format("bot {} is not served here any more: another process has it", bot.key())};
}

}  // namespace

Bridge::Bridge(onebot::io::Loop& loop, onebot::Log& log, onebot::Store& store, Options options)
    : loop_(loop),
      log_(log),
      store_(store),
      options_(std::move(options)),
      events_(options_.window, &store.history(), store.earlier().next),
      consumers_(loop, log, store, std::exchange(store.earlier().places, {}), events_, options_.replay),
      intake_(loop, log, store, std::exchange(store.earlier().seen, {}), options_.refuse_beyond),
      meta_(loop, bots_, store, options_.version),
      calls_(loop, log, options_.actions_at_once) {
  events_.keep_from(events_.next());
  store.watch(this);
}

Bridge::~Bridge() { store_.watch(nullptr); }

Bot& Bridge::add_bot(std::string key) {
  return bots_.add(
      std::make_unique<Bot>(std::move(key), intake_, store_,
                            [this](const Bot& bot, const std::vector<Bot::State>& delta) { bot_changed(bot, delta); }));
}

onebot::Backend Bridge::backend(onebot::io::Client& client, onebot::io::Server& server) {
  return {events_, consumers_, *this, meta_, loop_, client, server, log_};
}

Status Bridge::start() {
  for (onebot::Transport* transport : transports_) ONEBOT_CHECK(transport->start());
  for (const auto& bot : bots_.all()) {
    if (bot->lost()) continue;
    warn_of_namesake(*bot);
    bot->adapter()->start();
  }
  if (options_.heartbeat.count() > 0) heartbeat_ = loop_.after(options_.heartbeat, [this] { beat(); });
  return {};
}

void Bridge::stop() {
  if (std::exchange(stopping_, true)) return;
  heartbeat_.reset();
  for (const auto& bot : bots_.all()) {
    if (!bot->lost()) bot->adapter()->stop();
  }
  intake_.close();
  calls_.end_all({Retcode::shutting_down, "the bridge is shutting down"});
  bool flushed = store_.flush(kFlushEvents);
  for (onebot::Transport* transport : transports_) transport->stop();
  flushed = store_.flush(kFlushCursors) && flushed;  // what the last answers of consumers have confirmed
  if (flushed) return log_.line(onebot::LogLevel::info, "journal flushed");
  log_.line(onebot::LogLevel::error,
            fmt::format("journal not flushed uncommitted_bytes={} next=platforms_repeat", store_.uncommitted_bytes()));
}

// --- what the store tells ---

onebot::EventLog::Appended Bridge::on_entry(std::string_view json, std::int64_t at) {
  wake_soon();
  return events_.append(json, at);
}

// A burst of frames that was read in one go becomes one slice for each consumer.
void Bridge::wake_soon() {
  if (std::exchange(waking_, true)) return;
  loop_.post(lifetime_.guard([this] {
    waking_ = false;
    for (onebot::Transport* transport : transports_) transport->wake();
  }));
}

void Bridge::on_hold(bool hold) {
  for (const auto& bot : bots_.all()) {
    if (!bot->lost()) bot->adapter()->hold(hold);
  }
}

void Bridge::on_health(bool) { announce(meta_.changed_event({})); }

void Bridge::on_lost(std::string_view key, std::string_view why) {
  for (const auto& bot : bots_.all()) {
    if (bot->lost() || (!key.empty() && bot->key() != key)) continue;
    log_.line(onebot::LogLevel::error,
              fmt::format("bot={} is not ours any more why=\"{}\" next=refuse", bot->key(), why));
    log_.count("bots_lost");
    bot->lose();
    calls_.end_all_of(bot->key(), gone(*bot));
  }
}

// --- actions ---

void Bridge::act(Action action, Reply reply) {
  log_.count("actions");
  if (stopping_) return reply.error({Retcode::shutting_down, "the bridge is shutting down"});
  if (answer_meta(action, reply)) return;
  if (action.name == "get_latest_events") {
    return reply.error({Retcode::unsupported_action, "get_latest_events is for HTTP connections only"});
  }
  const auto unsupported = [&] {
    reply.error({Retcode::unsupported_action, fmt::format("action \"{}\" is not supported", action.name)});
  };
  const bool own = is_own(action.name);
  if (!own && !bots_.any_can(action.name)) return unsupported();
  Result<const Bot*> bot = bot_for(action);
  if (!bot) return reply.error(std::move(bot).error());
  if ((*bot)->lost()) return reply.error(gone(**bot));
  if (!own && !(*bot)->can(action.name)) return unsupported();
  Result<Reply> duty =
      calls_.begin((*bot)->key(), action, std::move(reply), own ? own_->deadline() : options_.action_timeout);
  if (!duty) return;
  if (own) return own_->call((*bot)->key(), std::move(action), *std::move(duty));
  (*bot)->adapter()->call(std::move(action), *std::move(duty));
}

bool Bridge::is_own(std::string_view action) const {
  return own_ && std::ranges::find(own_->names(), action) != own_->names().end();
}

bool Bridge::answer_meta(const Action& action, Reply& reply) const {
  if (action.name == "get_status") return reply.ok(meta_.status()), true;
  if (action.name == "get_version") return reply.ok(meta_.version()), true;
  if (action.name == "get_supported_actions") return reply.ok(supported_actions(action)), true;
  return false;
}

// Of the bot that is named; of all together when none is, or one that is not here: no meta action needs a bot.
List Bridge::supported_actions(const Action& action) const {
  std::set<std::string_view> names(std::begin(kMetaActions), std::end(kMetaActions));
  if (own_ && !bots_.all().empty()) names.insert(own_->names().begin(), own_->names().end());
  const Bot* named = action.self ? bots_.find(*action.self) : nullptr;
  for (const auto& bot : bots_.all()) {
    if (named && bot.get() != named) continue;
    const auto actions = bot->adapter()->actions();
    names.insert(actions.begin(), actions.end());
  }
  return List(names.begin(), names.end());
}

Result<const Bot*> Bridge::bot_for(const Action& action) const {
  if (action.self) {
    if (const Bot* bot = bots_.find(*action.self)) return bot;
    return onebot::fail(Retcode::unknown_self, fmt::format("there is no bot \"{}\" on platform \"{}\"",
                                                           action.self->user_id, action.self->platform));
  }
  if (bots_.all().size() == 1) return bots_.all().front().get();
  return onebot::fail(Retcode::who_am_i,
                      fmt::format("{} bots are connected, say which one in \"self\"", bots_.all().size()));
}

// --- meta events ---

void Bridge::announce(std::string_view meta_event) {
  if (stopping_) return;
  for (onebot::Transport* transport : transports_) transport->announce(meta_event);
}

void Bridge::bot_changed(const Bot& bot, const std::vector<Bot::State>& delta) {
  log_.line(onebot::LogLevel::info,
            fmt::format("bot={} user_id={} online={}", bot.key(), bot.self().user_id, bot.online()));
  warn_of_namesake(bot);
  announce(meta_.changed_event(delta));
}

void Bridge::warn_of_namesake(const Bot& bot) {
  const Bot* other = bots_.namesake(bot);
  if (!other || !warned_.insert(bot.key()).second) return;
  warned_.insert(other->key());
  log_.line(onebot::LogLevel::warn,
            fmt::format("bots {} and {} have the same user_id={}: applications that know a bot by its user_id alone "
                        "will mix them up",
                        bot.key(), other->key(), bot.self().user_id));
}

void Bridge::beat() {
  heartbeat_ = loop_.after(options_.heartbeat, [this] { beat(); });
  announce(meta_.heartbeat_event(options_.heartbeat));
}

Bridge::Gauges Bridge::gauges() const {
  Gauges gauges{.events = intake_.taken(),
                .next = events_.next(),
                .uncommitted_bytes = store_.uncommitted_bytes(),
                .actions_open = calls_.size(),
                .store_healthy = store_.healthy()};
  for (const auto& [name, place] : consumers_.all()) gauges.consumers.push_back({name, events_.next() - place.next});
  for (const auto& bot : bots_.all()) gauges.bots.push_back({bot->key(), bot->self(), bot->online()});
  return gauges;
}

}  // namespace bridge
