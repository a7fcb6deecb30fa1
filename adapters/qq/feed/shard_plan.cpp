#include "adapters/qq/feed/shard_plan.h"

#include "adapters/kit/characters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace qq {
namespace {

std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<ShardPlan> parse(std::string_view text) {
  if (text.empty()) return ShardPlan{};
  if (text == "auto") return ShardPlan{.advised = true};
  const auto slash = text.find('/'), dash = text.find('-');
  if (slash == std::string_view::npos) {
    const auto count = read_number(text);
    return count ? std::optional(ShardPlan{0, *count - 1, *count}) : std::nullopt;
  }
  const auto count = read_number(text.substr(slash + 1));
  const auto first = read_number(text.substr(0, std::min(dash, slash)));
  const auto last = dash < slash ? read_number(text.substr(dash + 1, slash - dash - 1)) : first;
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
