#include "adapters/qq/simulator/connection.h"

#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/intents.h"
#include "onebot/frame.h"

#include <fmt/format.h>

#include <algorithm>

namespace qq::simulator {
namespace {

using onebot::json::View;

constexpr std::size_t kBatch = 256 << 10;
constexpr std::string_view kInvalid = R"({"op":9,"d":false})";

bool is_shard(View shard) {
  const auto id = shard[0].integer(), count = shard[1].integer();
  return shard.size() == 2 && id && count && *id >= 0 && *id < *count;
}

std::uint32_t known_intents() {
  std::uint32_t bits = 0;
  for (const Intent& intent : kIntents) bits |= std::uint32_t{1} << intent.bit;
  return bits;
}

}  // namespace

void Gateway::Connection::wake(const Session& grown) {
  if (session_ == &grown) socket_.wake();
}

void Gateway::Connection::on_open() {
  send(fmt::format(R"({{"op":10,"d":{{"heartbeat_interval":{}}}}})", kInterval.count()));
  expect_heartbeat();
}

void Gateway::Connection::expect_heartbeat() {
  silence_ =
      gateway_.loop_.after(2 * kInterval + std::chrono::seconds(5), [this] { close(4009, "session timed out"); });
}

void Gateway::Connection::on_text(std::string_view text) {
  if (socket_.muted()) return;
  const auto document = onebot::json::Document::parse(text);
  if (!document || !document->root().is_object()) return close(4002, "bad payload");
  const View frame = document->root();
  switch (static_cast<Opcode>(frame.at("op").integer().value_or(-1))) {
    case Opcode::heartbeat:
      ++gateway_.heartbeats_;
      expect_heartbeat();
      return send(R"({"op":11})");
    case Opcode::identify:
      return identify(frame.at("d"));
    case Opcode::resume:
      return resume(frame.at("d"));
    default:
      return close(4001, "bad opcode");
  }
}

// A token without its prefix gets no other word than this one.
bool Gateway::Connection::authorized(View content) {
  if (gateway_.valid_(content.at("token").str())) return true;
  send(kInvalid);
  return false;
}

// Op 9, and the reason behind it; with a code of 0 there is none.
void Gateway::Connection::refuse(const kit::simulator::Fault& fault) {
  send(kInvalid);
  const int code = kit::simulator::small(fault.code.value_or(0));
  if (code == 0) return;
  refusal_ = gateway_.loop_.after(fault.after, [this, code] { close(code, "refused on request"); });
}

void Gateway::Connection::identify(View content) {
  if (session_) return close(4005, "already authenticated");
  if (!authorized(content)) return;
  if (const auto fault = gateway_.identifies_refused_.next()) return refuse(*fault);
  const auto intents = content.at("intents").integer();
  if (!intents || *intents <= 0 || (*intents & ~std::int64_t{known_intents()}) != 0) return close(4013, "bad intents");
  const auto bits = static_cast<std::uint32_t>(*intents);
  if ((bits & ~gateway_.granted_) != 0) return close(4014, "intent not granted");
  const View shard = content.at("shard");
  if (!is_shard(shard)) return close(4010, "bad shard");
  if (*shard[1].integer() < gateway_.limits_.shards) return close(4011, "too many guilds");
  if (!gateway_.may_identify()) return close(4008, "too many identifies");
  Session& session = gateway_.open_session(bits, *shard[0].integer(), *shard[1].integer());
  attach(session, 1);
  gateway_.append(
      session, "READY", "",
      onebot::Fields{
          {"version", 1}, {"session_id", session.id}, {"user", gateway_.user_}, {"shard", content.at("shard").value()}},
      true);
}

void Gateway::Connection::resume(View content) {
  if (session_) return close(4005, "already authenticated");
  if (!authorized(content)) return;
  Session* session = gateway_.find_session(content.at("session_id").str());
  if (!session) return send(kInvalid);
  if ((session->intents & ~gateway_.granted_) != 0) return close(4014, "intent not granted");
  const auto seq = content.at("seq").integer().value_or(0);
  if (seq > session->seq) return close(4007, "bad seq");
  const std::int64_t oldest = session->entries.empty() ? session->seq + 1 : session->entries.front().seq;
  if (seq + 1 < oldest) return send(kInvalid);
  // Only one connection reads a session; the newest does.
  for (Connection* other : gateway_.connections_.all()) {
    if (other->session_ != session) continue;
    other->session_ = nullptr;
    other->close(4009, "resumed elsewhere");
  }
  ++gateway_.resumes_;
  for (Session::Entry& entry : session->entries) {
    if (!entry.once || !entry.rest) continue;
    session->bytes -= entry.rest->size();
    entry.rest = nullptr;
  }
  attach(*session, seq + 1);
  gateway_.append(*session, "RESUMED", "", "", true);
}

void Gateway::Connection::attach(Session& session, std::int64_t from) {
  session_ = &session;
  session.connected = true;
  next_ = from;
  grow_old();
}

void Gateway::Connection::grow_old() {
  const auto life = gateway_.limits_.session_life;
  if (life.count() > 0) life_ = gateway_.loop_.after(life, [this] { close(4009, "session timed out"); });
}

// The client must find out by itself.
void Gateway::Connection::freeze() {
  socket_.mute();
  silence_.reset();
  life_.reset();
}

const Session* Gateway::Connection::invalidate(bool resumable) {
  if (!session_) return nullptr;
  Session* session = session_;
  send(resumable ? R"({"op":9,"d":true})" : kInvalid);
  if (resumable) return session;
  session_->connected = false;
  session_ = nullptr;
  return session;
}

std::string_view Gateway::Connection::next_frames() {
  std::string& writing = socket_.take();  // frames without a number
  if (socket_.muted() || !session_ || session_->entries.empty()) return writing;
  const auto& entries = session_->entries;
  if (next_ < entries.front().seq) {  // fell behind what is kept
    close(4009, "too slow");
    return writing;
  }
  std::string text;
  while (next_ <= session_->seq && writing.size() < kBatch) {
    const Session::Entry& entry = entries[static_cast<std::size_t>(next_ - entries.front().seq)];
    if (entry.rest) {
      text.assign(fmt::format("{{\"op\":0,\"s\":{}", entry.seq)).append(*entry.rest);
      onebot::frame::append_text(writing, text);
    }
    ++next_;
  }
  return writing;
}

void Gateway::Connection::on_close(int, std::string_view, int) {
  for (auto* owner : {&silence_, &life_, &refusal_}) owner->reset();
  if (session_) session_->connected = false;
  session_ = nullptr;
  gateway_.connections_.ended(*this);
}

}  // namespace qq::simulator
