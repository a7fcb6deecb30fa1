// KeptSession: the gateway session of one shard, kept over restarts. Its seq is on disk with the events it counts, so
// the record of each goes with their delivery.
//
// On disk: record = "session", shard (gateway.h) -> session

#pragma once

#include "adapters/qq/feed/feed_peer.h"
#include "adapters/qq/feed/gateway.h"
#include "onebot/adapter.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

class KeptSession {
 public:
  static constexpr std::string_view kRecord = "session";

  KeptSession(Shard shard, FeedPeer& peer) : shard_(shard), peer_(peer) {}

  // Of an earlier life; nullopt: there is none.
  void recall(std::optional<Session> session) { session_ = std::move(session).value_or(Session{}); }
  void begin(Session session) {
    session_ = std::move(session);
    peer_.remember(record());
  }
  void handed_over(std::int64_t seq) { session_.seq = std::max(session_.seq, seq); }
  void forget() {
    if (stands()) begin({});
  }

  bool stands() const { return !session_.id.empty(); }
  const Session& now() const { return session_; }
  onebot::Record record() const { return {std::string(kRecord), session_key(shard_), write_session(session_)}; }

 private:
  Shard shard_;
  FeedPeer& peer_;
  Session session_{};
};

}  // namespace qq
