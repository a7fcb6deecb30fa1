#include "bridge/bridge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

using onebot::Action;
using onebot::Reply;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

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
      whole_(loop, store, options_.version, whereabouts_, acting()),
      calls_(loop, log, options_.actions_at_once) {
  events_.keep_from(events_.next());
  store.watch(this);
}

Bridge::~Bridge() { store_.watch(nullptr); }

Bot& Bridge::add_bot(std::string key) {
  const auto changed = [this](const Bot& bot, const std::optional<Bot::State>& former) { bot_changed(bot, former); };
  Bot& bot = *bots_.emplace_back(std::make_unique<Bot>(std::move(key), static_cast<std::uint16_t>(bots_.size()),
                                                       intake_, store_, whereabouts_, changed));
  whole_.add(bot);
  return bot;
}

void Bridge::add(onebot::Transport& transport, const Keys& bots) { transports_.push_back({&transport, &view(bots)}); }

onebot::Backend Bridge::backend(onebot::io::Client& client, onebot::io::Server& server, const Keys& bots) {
  LinkView& seen = view(bots);
  return {events_, consumers_, seen, seen.meta(), loop_, client, server, log_, bots.empty() ? nullptr : &seen};
}

LinkView& Bridge::view(const Keys& bots) {
  if (bots.empty()) return whole_;
  auto& view = partial_[bots];
  if (view) return *view;
  view = std::make_unique<LinkView>(loop_, store_, options_.version, whereabouts_, acting());
  for (const auto& bot : bots_) {
    if (std::ranges::find(bots, bot->key()) != bots.end()) view->add(*bot);
  }
  return *view;
}

LinkView::Act Bridge::acting() {
  return [this](const LinkView& view, Action action, Reply reply) { act(view, std::move(action), std::move(reply)); };
}

Status Bridge::start() {
  learn_whereabouts();
  for (const Attached& one : transports_) ONEBOT_CHECK(one.transport->start());
  for (const auto& bot : bots_) {
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
  for (const auto& bot : bots_) {
    if (!bot->lost()) bot->adapter()->stop();
  }
  intake_.close();
  calls_.end_all({Retcode::shutting_down, "the bridge is shutting down"});
  bool flushed = store_.flush(kFlushEvents);
  for (const Attached& one : transports_) one.transport->stop();
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
    for (const Attached& one : transports_) one.transport->wake();
  }));
}

void Bridge::on_hold(bool hold) {
  for (const auto& bot : bots_) {
    if (!bot->lost()) bot->adapter()->hold(hold);
  }
}

void Bridge::on_health(bool) { tell_status(nullptr, std::nullopt); }

void Bridge::on_lost(std::string_view key, std::string_view why) {
  for (const auto& bot : bots_) {
    if (bot->lost() || (!key.empty() && bot->key() != key)) continue;
    log_.line(onebot::LogLevel::error,
              fmt::format("bot={} is not ours any more why=\"{}\" next=refuse", bot->key(), why));
    log_.count("bots_lost");
    bot->lose();
    calls_.end_all_of(bot->key(), gone(*bot));
  }
}

// --- actions ---

void Bridge::act(const LinkView& view, Action action, Reply reply) {
  log_.count("actions");
  if (stopping_) return reply.error({Retcode::shutting_down, "the bridge is shutting down"});
  if (view.answer_meta(action, reply, own_)) return;
  if (action.name == "get_latest_events") {
    return reply.error({Retcode::unsupported_action, "get_latest_events is for HTTP connections only"});
  }
  const auto unsupported = [&] {
    reply.error({Retcode::unsupported_action, fmt::format("action \"{}\" is not supported", action.name)});
  };
  const bool own = is_own(action.name);
  if (!own && !view.bots().any_can(action.name)) return unsupported();
  Result<const Bot*> bot = view.bot_for(action);
  if (!bot) return reply.error(std::move(bot).error());
  if ((*bot)->lost()) return reply.error(gone(**bot));
  if (!own && !(*bot)->can(action.name)) return unsupported();
  Result<Reply> duty = calls_.begin((*bot)->key(), action, learning(**bot, std::move(reply)),
                                    own ? own_->deadline() : options_.action_timeout);
  if (!duty) return;
  if (own) return own_->call((*bot)->key(), std::move(action), *std::move(duty));
  (*bot)->adapter()->call(std::move(action), *std::move(duty));
}

Reply Bridge::learning(const Bot& bot, Reply reply) {
  if (!whereabouts_.learns()) return reply;
  auto told = std::make_shared<Reply>(std::move(reply));
  return Reply(lifetime_.guard([this, number = bot.number(), told = std::move(told)](onebot::ActionResult result) {
    if (result) whereabouts_.answered(number, *result);
    (*told)(std::move(result));
  }));
}

// Where every link has one bot nobody asks whose an id is.
void Bridge::learn_whereabouts() {
  const auto has_several = [](const Attached& one) { return one.view->bots().all().size() > 1; };
  if (std::ranges::none_of(transports_, has_several)) return;
  whereabouts_.begin();
  hindsight_.emplace(events_, whole_.bots(), whereabouts_);
}

bool Bridge::is_own(std::string_view action) const {
  return own_ && std::ranges::find(own_->names(), action) != own_->names().end();
}

// --- meta events ---

void Bridge::bot_changed(const Bot& bot, const std::optional<Bot::State>& former) {
  log_.line(onebot::LogLevel::info,
            fmt::format("bot={} user_id={} online={}", bot.key(), bot.self().user_id, bot.online()));
  warn_of_namesake(bot);
  tell_status(&bot, former);
}

// Each link hears of its own bots alone, and of all of these.
void Bridge::tell_status(const Bot* of, const std::optional<Bot::State>& former) {
  if (stopping_) return;
  std::map<const LinkView*, std::string> texts;
  for (const auto& [transport, view] : transports_) {
    if (of && !view->bots().has(*of)) continue;
    std::string& text = texts[view];
    if (text.empty()) text = view->meta().changed_event(former);
    transport->announce(text);
  }
}

void Bridge::warn_of_namesake(const Bot& bot) {
  const Bot* other = whole_.bots().namesake(bot);
  if (!other || !warned_.insert(bot.key()).second) return;
  warned_.insert(other->key());
  log_.line(onebot::LogLevel::warn,
            fmt::format("bots {} and {} have the same user_id={}: applications that know a bot by its user_id alone "
                        "will mix them up",
                        bot.key(), other->key(), bot.self().user_id));
}

void Bridge::beat() {
  heartbeat_ = loop_.after(options_.heartbeat, [this] { beat(); });
  if (stopping_) return;
  const std::string beat = whole_.meta().heartbeat_event(options_.heartbeat);
  for (const Attached& one : transports_) one.transport->announce(beat);
}

Bridge::Gauges Bridge::gauges() const {
  Gauges gauges{.events = intake_.taken(),
                .next = events_.next(),
                .uncommitted_bytes = store_.uncommitted_bytes(),
                .actions_open = calls_.size(),
                .store_healthy = store_.healthy()};
  for (const auto& [name, place] : consumers_.all()) gauges.consumers.push_back({name, events_.next() - place.next});
  for (const auto& bot : bots_) gauges.bots.push_back({bot->key(), bot->self(), bot->online()});
  return gauges;
}

}  // namespace bridge
