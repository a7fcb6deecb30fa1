#include "adapters/qq/feed/shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;

// What an earlier life had: the same plan's sessions, or for an advised number of shards whatever there is.
ShardPlan recalled(ShardPlan plan, const std::vector<onebot::Record>& sessions) {
  if (!plan.advised) return plan;
  for (const onebot::Record& record : sessions) {
    const auto shard = read_session_key(record.key);
    if (!shard || shard->count > kMostShards) continue;
    plan.count = shard->count;
    plan.last = shard->count - 1;
  }
  return plan;
}

}  // namespace

Shards::Shards(Config config, const Parts& parts, ReceiverPeer& peer)
    : config_(std::move(config)),
      parts_(parts),
      peer_(peer),
      gate_(config_.gateway_url, parts.api, parts.loop, parts.log),
      intents_(config_.intents),
      plan_(config_.plan),
      waits_(kBackoff, config_.random) {}

void Shards::start() {
  for (const onebot::Record& record : peer_.recall(GrantedIntents::kRecord)) {
    intents_.recall(record.value, parts_.loop.wall());
  }
  const auto sessions = peer_.recall(KeptSession::kRecord);
  plan_ = recalled(config_.plan, sessions);
  if (plan_.advised && sessions.empty()) return ask_advice();
  open();
}

void Shards::stop() {
  advice_.reset();
  timer_.reset();
  close();
  online_ = false;
}

void Shards::hold(bool on) {
  held_ = on;
  for (const auto& feed : feeds_) feed->hold(on);
}

bool Shards::is_away() const {
  return !std::ranges::all_of(feeds_, [](const auto& feed) { return feed->has_session(); });
}

// Of the shards that are not online, one that has stopped says most.
onebot::Adapter::Trouble Shards::trouble() const {
  onebot::Adapter::Trouble trouble{why_};
  for (const auto& feed : feeds_) {
    const kit::Loss& loss = feed->last_loss();
    if (!feed->online() && (loss.final || trouble.why.empty())) trouble = {loss.why, loss.final};
    if (trouble.final) break;
  }
  return trouble;
}

void Shards::on_dispatch(onebot::json::View frame, Delivery delivery) { peer_.on_dispatch(frame, std::move(delivery)); }

// Sessions of shards that are not ours, or of another division, are of no more use.
void Shards::open() {
  std::vector<std::optional<Session>> sessions(static_cast<std::size_t>(plan_.count));
  for (const onebot::Record& record : peer_.recall(KeptSession::kRecord)) {
    const auto shard = read_session_key(record.key);
    if (shard && shard->count == plan_.count && shard->index >= plan_.first && shard->index <= plan_.last) {
      sessions[static_cast<std::size_t>(shard->index)] = read_session(record.value);
    } else {
      peer_.remember({record.kind, record.key, ""});
    }
  }
  FeedPeer& peer = *this;
  for (int index = plan_.first; index <= plan_.last; ++index) {
    const Feed::Config config{{index, plan_.count}, !config_.gateway_url.empty(), config_.random};
    const Feed::Parts parts{parts_.token, gate_, intents_, parts_.loop, parts_.client, parts_.log};
    feeds_.push_back(std::make_unique<Feed>(config, parts, peer));
    feeds_.back()->hold(held_);
  }
  for (const auto& feed : feeds_) feed->start(sessions[static_cast<std::size_t>(feed->shard().index)]);
}

void Shards::close() {
  for (const auto& feed : feeds_) feed->stop();
  feeds_.clear();
}

void Shards::ask_advice() {
  advice_ = gate_.enter(Gate::Wish::advice, [this](const auto& url) { advised(url); });
}

void Shards::advised(const Gate::Answer& url) {
  const int count = static_cast<int>(std::clamp<std::int64_t>(gate_.advised_shards(), 1, kMostShards));
  if (url && (feeds_.empty() || count > plan_.count)) return reshard(count);
  if (url) {
    parts_.log.line(LogLevel::error,
                    fmt::format("the platform finds {} shards too few and advises no more; leave some guilds, or set "
                                "\"shards\"; next attempt in 10 min",
                                plan_.count));
    return;
  }
  if (!feeds_.empty()) return;  // they try again, and ask for more again
  const milliseconds pause = std::max(waits_.next(), parts_.token.retry_in());
  why_ = fmt::format("the number of shards could not be asked: {}", url.error().error.message);
  parts_.log.line(LogLevel::warn, fmt::format("{}; retry in {}ms", why_, pause.count()));
  timer_ = parts_.loop.after(pause, [this] { ask_advice(); });
}

void Shards::on_overloaded() {
  if (!plan_.whole()) {
    parts_.log.line(LogLevel::error,
                    fmt::format("{} shards are too few for this bot's guilds: raise the number in \"shards\" of every "
                                "process that has some of them",
                                plan_.count));
    return;
  }
  // A feed is calling, so it stays until the next turn of the loop.
  timer_ = parts_.loop.after(milliseconds(0), [this] { ask_advice(); });
}

void Shards::reshard(int count) {
  waits_.reset();
  why_.clear();
  parts_.log.line(LogLevel::info, fmt::format("gateway shards={}", count));
  timer_ = parts_.loop.after(milliseconds(0), [this, count] {
    close();
    plan_.last = count - 1;
    plan_.count = count;
    open();
    update_online();
  });
}

void Shards::update_online() {
  const bool now = !feeds_.empty() && std::ranges::all_of(feeds_, [](const auto& feed) { return feed->online(); });
  if (std::exchange(online_, now) != now) peer_.on_online(now);
}

}  // namespace qq
