#include "adapters/qq/feed/gateway.h"

#include "adapters/qq/events/scalars.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace qq {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::LogLevel;

// Every code of the table, and at the end what is not in it.
// clang-format off
constexpr Close kCloses[] = {
    {1000, 1015, Next::resume, LogLevel::info, "the network or the platform ended the connection"},
    {4000, 4000, Next::identify, LogLevel::warn, "unknown error"},
    {4001, 4001, Next::identify_slowly, LogLevel::error, "the platform did not know an opcode we sent; please report it"},
    {4002, 4002, Next::identify_slowly, LogLevel::error, "the platform could not read a frame we sent; please report it"},
    {4003, 4003, Next::identify, LogLevel::warn, "not authenticated"},
    {4004, 4004, Next::fresh_token, LogLevel::warn, "authentication failed"},
    {4005, 4005, Next::identify, LogLevel::warn, "authenticated twice"},
    {4006, 4006, Next::identify, LogLevel::info, "the session is no longer valid"},
    {4007, 4007, Next::identify, LogLevel::warn, "the sequence number was wrong"},
    {4008, 4008, Next::resume_later, LogLevel::warn, "sent too fast"},
    {4009, 4009, Next::resume_now, LogLevel::debug, "the session timed out, as it does about every half hour"},
    {4010, 4010, Next::stop, LogLevel::error, "the platform refuses the shard; correct \"shards\" in the configuration"},
    {4011, 4011, Next::reshard, LogLevel::warn, "the bot is in too many guilds for so few shards"},
    {4012, 4012, Next::stop, LogLevel::error, "the platform no longer speaks this version of the gateway protocol; a newer onebridge is needed"},
    {4013, 4013, Next::stop, LogLevel::error, "the platform knows none of these intents; correct \"intents\" in the configuration"},
    {4014, 4014, Next::fewer_intents, LogLevel::warn, "an intent is not granted to this bot"},
    {4902, 4902, Next::identify, LogLevel::warn, "the platform reset the session for a resume"},
    {4903, 4903, Next::identify, LogLevel::warn, "the platform could not make a session"},
    {4900, 4913, Next::identify, LogLevel::warn, "internal error of the platform"},
    {4914, 4914, Next::stop, LogLevel::error, "the bot is taken off the platform, only the sandbox accepts it; publish it, or set sandbox = true"},
    {4915, 4915, Next::stop, LogLevel::error, "the bot is banned; appeal on the platform's console (q.qq.com)"},
    {4000, 4999, Next::identify, LogLevel::warn, "a code that is not in the platform's table"},
};
// clang-format on
constexpr Close kElse{0, 0, Next::resume, LogLevel::info, "the connection ended"};

std::string frame(Opcode opcode, onebot::Value content) {
  return onebot::json::write(Fields{{"op", static_cast<int>(opcode)}, {"d", std::move(content)}});
}

std::string bearer(std::string_view token) { return fmt::format("QQBot {}", token); }

}  // namespace

const Close& meaning_of_close(int code) {
  const auto* found =
      std::ranges::find_if(kCloses, [code](const Close& close) { return close.first <= code && code <= close.last; });
  return found == std::end(kCloses) ? kElse : *found;
}

std::string session_key(Shard shard) {
  return shard.count == 1 ? std::string() : fmt::format("{}/{}", shard.index, shard.count);
}

std::optional<Shard> read_session_key(std::string_view key) {
  if (key.empty()) return Shard{};
  Shard shard;
  const char* const end = key.data() + key.size();
  const auto slash = std::from_chars(key.data(), end, shard.index).ptr;
  if (slash == end || *slash != '/') return std::nullopt;
  if (std::from_chars(slash + 1, end, shard.count).ptr != end) return std::nullopt;
  if (shard.index < 0 || shard.index >= shard.count || shard.count < 2) return std::nullopt;
  return shard;
}

std::string write_session(const Session& session) {
  if (session.id.empty()) return {};
  return onebot::json::write(Fields{{"session_id", session.id}, {"seq", session.seq}});
}

std::optional<Session> read_session(std::string_view record) {
  const auto document = onebot::json::Document::parse(record);
  if (!document) return std::nullopt;
  Session session{std::string(document->root().at("session_id").str()),
                  document->root().at("seq").integer().value_or(0)};
  if (session.id.empty()) return std::nullopt;
  return session;
}

std::string identify_frame(std::string_view token, std::uint32_t intents, Shard shard) {
  return frame(Opcode::identify,
               Fields{{"token", bearer(token)},
                      {"intents", std::int64_t{intents}},
                      {"shard", List{shard.index, shard.count}},
                      {"properties", Fields{{"$os", "linux"}, {"$browser", "onebridge"}, {"$device", "onebridge"}}}});
}

std::string resume_frame(std::string_view token, const Session& session) {
  return frame(Opcode::resume, Fields{{"token", bearer(token)}, {"session_id", session.id}, {"seq", session.seq}});
}

std::string heartbeat_frame(std::int64_t seq) {
  return frame(Opcode::heartbeat, seq > 0 ? onebot::Value(seq) : onebot::Value());
}

onebot::Result<Discovery> read_discovery(onebot::json::View answer, bool secure) {
  Discovery discovery{.url = std::string(answer.at("url").str())};
  if (!discovery.url.starts_with("wss://") && !discovery.url.starts_with("ws://")) {
    return onebot::fail(onebot::Retcode::refused, "the platform named no gateway to connect to");
  }
  if (secure && !discovery.url.starts_with("wss://")) {
    return onebot::fail(onebot::Retcode::refused,
                        "the platform named a gateway without TLS, though its API has it; not connecting");
  }
  const auto number = [&](std::string_view path, std::int64_t fallback) {
    return whole(answer.at(path)).value_or(fallback);
  };
  constexpr std::int64_t kDay = 86'400'000;
  discovery.shards = number("shards", 1);
  discovery.remaining = whole(answer.at("session_start_limit.remaining"));
  discovery.reset_after =
      std::chrono::milliseconds(std::clamp<std::int64_t>(number("session_start_limit.reset_after", 0), 0, kDay));
  discovery.max_concurrency = std::max<std::int64_t>(number("session_start_limit.max_concurrency", 1), 1);
  return discovery;
}

}  // namespace qq
