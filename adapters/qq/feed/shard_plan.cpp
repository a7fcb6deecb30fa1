#include "adapters/qq/feed/shard_plan.h"

#include "adapters/kit/characters.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace qq {
namespace {

using onebot::ascii::number_in;

std::optional<ShardPlan> parse(std::string_view text) {
  if (text.empty()) return ShardPlan{};
  if (text == "auto") return ShardPlan{.advised = true};
  const auto slash = text.find('/'), dash = text.find('-');
  if (slash == std::string_view::npos) {
    const auto count = number_in<int>(text);
    return count ? std::optional(ShardPlan{0, *count - 1, *count}) : std::nullopt;
  }
  const auto count = number_in<int>(text.substr(slash + 1));
  const auto first = number_in<int>(text.substr(0, std::min(dash, slash)));
  const auto last = dash < slash ? number_in<int>(text.substr(dash + 1, slash - dash - 1)) : first;
  if (!count || !first || !last) return std::nullopt;
  return ShardPlan{*first, *last, *count};
}

}  // namespace

onebot::Result<ShardPlan> read_shards(std::string_view text) {
  const auto plan = parse(text);
  if (plan && plan->count >= 1 && plan->count <= kMostShards && plan->first >= 0 && plan->first <= plan->last &&
      plan->last < plan->count) {
    return *plan;
  }
  return onebot::fail(onebot::Retcode::bad_param,
                      fmt::format("shards: \"{}\" is no number of shards; allowed: 1 to {}, \"auto\", or some of them "
                                  "like \"0-3/8\"",
                                  kit::shortened(text, 40), kMostShards));
}

}  // namespace qq
