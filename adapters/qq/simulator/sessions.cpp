#include "adapters/qq/simulator/sessions.h"

#include "adapters/qq/feed/intents.h"
#include "adapters/qq/simulator/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;

constexpr std::uint32_t bit(int number) { return std::uint32_t{1} << number; }

// Which subscription an event needs; the first prefix that fits. What is not here comes to everyone.
struct Needs {
  std::string_view prefix{};
  std::uint32_t bits = 0;  // any of these
};
constexpr Needs kNeeds[] = {
    {"GUILD_MEMBER_", bit(1)},
    {"GUILD_", bit(0)},
    {"CHANNEL_", bit(0)},
    {"MESSAGE_REACTION_", bit(10)},
    {"MESSAGE_AUDIT_", bit(27)},
    {"MESSAGE_", bit(9)},
    {"DIRECT_MESSAGE_", bit(12)},
    {"OPEN_FORUM_", bit(18)},
    {"FORUM_", bit(28)},
    {"AUDIO_OR_LIVE_CHANNEL_", bit(19)},
    {"AUDIO_", bit(29)},
    {"GROUP_MEMBER_", bit(24)},
    {"GROUP_JOIN_REQUEST", bit(24) | bit(25)},
    {"GROUP_", bit(25)},
    {"C2C_", bit(25)},
    {"FRIEND_", bit(25)},
    {"SUBSCRIBE_MESSAGE_STATUS", bit(25)},
    {"INTERACTION_", bit(26)},
    {"AT_MESSAGE_", bit(30)},
    {"PUBLIC_MESSAGE_", bit(30)},
};

bool subscribed(std::uint32_t intents, std::string_view name) {
  const auto* needs = std::ranges::find_if(kNeeds, [&](const Needs& row) { return name.starts_with(row.prefix); });
  return needs == std::end(kNeeds) || (intents & needs->bits) != 0;
}

// Guilds are divided among shards. Where the rest goes the platform does not say; here it is the first shard.
std::int64_t shard_of(std::string_view name, const onebot::Value& content, std::int64_t shards) {
  const auto* fields = std::get_if<onebot::Fields>(&content);
  if (!fields || shards < 2) return 0;
  const bool guild = name.starts_with("GUILD_") && !name.starts_with("GUILD_MEMBER_");
  const std::string_view id = onebot::text_of(*fields, guild ? "id" : "guild_id");
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return static_cast<std::int64_t>((number >> 22) % static_cast<std::uint64_t>(shards));
}

std::shared_ptr<const std::string> frame_rest(std::string_view name, const std::string& id,
                                              const onebot::Value& content) {
  std::string rest = fmt::format(",\"t\":\"{}\"", name);
  if (!id.empty()) {
    rest += ",\"id\":";
    onebot::json::append_string(rest, id);
  }
  rest += ",\"d\":";
  onebot::json::append(rest, content);
  rest += '}';
  return std::make_shared<const std::string>(std::move(rest));
}

kit::simulator::Fault fault_of(const Call& call, int status, int code) {
  return {.status = call.small("status", status),
          .code = call.small("code", code),
          .retry_after = call.text("retry_after"),
          .after = std::chrono::milliseconds(call.small("after_ms", 30))};
}

void limit(Limits& limits, const Call& call) {
  limits.remaining = call.number("remaining", limits.remaining);
  limits.max_concurrency = std::max<std::int64_t>(call.number("concurrency", limits.max_concurrency), 1);
  limits.shards = call.number("shards", limits.shards);
  limits.session_life = std::chrono::milliseconds(call.number("session_ms", limits.session_life.count()));
}

}  // namespace

Gateway::Gateway(onebot::io::Loop& loop, std::function<bool(std::string_view)> valid, onebot::Fields user)
    : loop_(loop), valid_(std::move(valid)), user_(std::move(user)), granted_(0), connections_(loop) {
  for (const Intent& intent : kIntents) granted_ |= bit(intent.bit);
}

Gateway::~Gateway() = default;

void Gateway::emit(std::string_view name, const std::string& id, const onebot::Value& content) {
  const auto rest = frame_rest(name, id, content);
  for (Session& session : sessions_) {
    const bool here = shard_of(name, content, session.shards) == session.shard;
    if (here && subscribed(session.intents, name)) push(session, rest, false);
  }
}

void Gateway::append(Session& session, std::string_view name, const std::string& id, const onebot::Value& content,
                     bool once) {
  push(session, frame_rest(name, id, content), once);
}

void Gateway::push(Session& session, std::shared_ptr<const std::string> rest, bool once) {
  session.bytes += rest->size();
  session.entries.push_back({++session.seq, once, std::move(rest)});
  while (session.entries.size() > kMostEntries || session.bytes > kMostBytes) {
    if (session.entries.front().rest) session.bytes -= session.entries.front().rest->size();
    session.entries.pop_front();
  }
  for (Connection* connection : connections_.all()) connection->wake(session);
}

void Gateway::close_all(int code, std::int64_t shard) {
  for (Connection* connection : connections_.all()) {
    if (shard < 0 || shard == connection->shard()) connection->close(code, "asked for");
  }
}

void Gateway::freeze_all() {
  for (Connection* connection : connections_.all()) connection->freeze();
}

void Gateway::invalidate_all(bool resumable) {
  for (Connection* connection : connections_.all()) {
    const Session* session = connection->invalidate(resumable);
    if (!session || resumable) continue;
    sessions_.remove_if([session](const Session& one) { return &one == session; });
  }
}

// A window a little shorter than the platform's 5 s, since what we see is when frames arrive.
bool Gateway::may_identify() {
  constexpr std::chrono::milliseconds kWindow{4'500};
  while (!identified_at_.empty() && identified_at_.front() + kWindow <= loop_.now()) identified_at_.pop_front();
  const bool crowded = static_cast<std::int64_t>(identified_at_.size()) >= limits_.max_concurrency;
  if (limits_.remaining < 1 || crowded) {
    ++over_limit_;
    return false;
  }
  --limits_.remaining;
  identified_at_.push_back(loop_.now());
  return true;
}

void Gateway::ask_reconnect() {
  for (Connection* connection : connections_.all()) connection->send(R"({"op":7})");
}

void Gateway::grant(std::uint32_t bits) { granted_ = bits; }

onebot::Fields Gateway::state() const {
  onebot::List sessions;
  for (const Session& session : sessions_) {
    sessions.push_back(onebot::Fields{{"session_id", session.id},
                                      {"seq", session.seq},
                                      {"intents", std::int64_t{session.intents}},
                                      {"shard", onebot::List{session.shard, session.shards}},
                                      {"connected", session.connected}});
  }
  return {{"sessions", std::move(sessions)}, {"connections", static_cast<std::int64_t>(connections_.size())},
          {"identifies", identifies_},       {"resumes", resumes_},
          {"heartbeats", heartbeats_},       {"over_limit", over_limit_}};
}

void Gateway::add_to(kit::simulator::Knobs& knobs) {
  const auto turn = [this, &knobs](std::string_view name, void (*act)(Gateway&, const Call&)) {
    knobs.turn(name, [this, act](const Call& call) { return act(*this, call), kit::simulator::done(); });
  };
  turn("close", [](Gateway& one, const Call& call) {
    one.close_all(std::clamp(call.small("code", 4009), 1000, 4999), call.number("shard", -1));
  });
  turn("reconnect", [](Gateway& one, const Call&) { one.ask_reconnect(); });
  turn("grant", [](Gateway& one, const Call& call) { one.grant(static_cast<std::uint32_t>(call.number("bits", 0))); });
  turn("limit", [](Gateway& one, const Call& call) { limit(one.limits(), call); });
  turn("freeze", [](Gateway& one, const Call&) { one.freeze_all(); });
  turn("refuse_gateway", [](Gateway& one, const Call& call) {
    one.discoveries_.refuse(fault_of(call, 429, 429), call.small("count", 1));
  });
  turn("refuse_identify", [](Gateway& one, const Call& call) {
    one.identifies_refused_.refuse(fault_of(call, 0, 4903), call.small("count", 1));
  });
  turn("invalidate", [](Gateway& one, const Call& call) { one.invalidate_all(call.number("resumable", 0) != 0); });
}

std::optional<onebot::io::HttpResponse> Gateway::refuse(const onebot::io::HttpRequest& upgrade) {
  if (upgrade.url == "/websocket" || upgrade.url == "/websocket/") return std::nullopt;
  return onebot::io::HttpResponse{404, {}, "no gateway here\n"};
}

onebot::io::WebSocketPeer* Gateway::accept(const onebot::io::HttpRequest&,
                                           std::unique_ptr<onebot::io::WebSocket> socket) {
  return connections_.add(std::make_unique<Connection>(*this, std::move(socket)));
}

Session& Gateway::open_session(std::uint32_t intents, std::int64_t shard, std::int64_t shards) {
  // Those nobody reads go first.
  if (sessions_.size() >= kMostSessions) {
    const auto idle = std::ranges::find(sessions_, false, &Session::connected);
    if (idle != sessions_.end()) sessions_.erase(idle);
  }
  ++identifies_;
  return sessions_.emplace_back(
      Session{.id = new_session_id(), .intents = intents, .shard = shard, .shards = shards, .connected = true});
}

Session* Gateway::find_session(std::string_view id) {
  const auto found = std::ranges::find(sessions_, id, &Session::id);
  return found == sessions_.end() ? nullptr : &*found;
}

std::string Gateway::new_session_id() {
  const auto stamp = static_cast<std::uint64_t>(loop_.wall() * 1000);
  return fmt::format("{:08x}-{:04x}-4000-8000-{:012x}", stamp & 0xffffffff, (stamp >> 32) & 0xffff, identifies_);
}

}  // namespace qq::simulator
