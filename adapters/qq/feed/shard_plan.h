// ShardPlan: which of a bot's shards this process has, and how the option "shards" says so.
// Platform: dev-prepare/event-emit/websocket (sharding).

#pragma once

#include "onebot/result.h"

#include <string_view>

namespace qq {

inline constexpr int kMostShards = 256;

// Shards first to last of count.
struct ShardPlan {
  int first = 0, last = 0, count = 1;
  bool advised = false;  // as many as the platform advises
  bool operator==(const ShardPlan&) const = default;

  // Otherwise other processes have the rest, and count is not ours to change.
  bool whole() const { return first == 0 && last + 1 == count; }
};

//   shards = "auto" / count / first "-" last "/" count         ; count at most 256
//
// "" is 1. Error: bad_param, beginning with "shards: ".
onebot::Result<ShardPlan> read_shards(std::string_view text);

}  // namespace qq
