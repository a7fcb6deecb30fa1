#include "bridge/config/bots_chosen.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace bridge::config {

namespace {

constexpr std::string_view kAllowed =
    "\"platform:app_id\", \"platform:*\" or \"*\", of bots that have a [[bots]] section";

std::string pattern_of(const Config::Bot& bot) { return fmt::format("{}:{}", bot.platform, bot.app_id); }

bool matches(std::string_view pattern, const Config::Bot& bot) {
  return pattern == "*" || pattern == fmt::format("{}:*", bot.platform) || pattern == pattern_of(bot);
}

template <class Patterns>
std::vector<std::size_t> places(const Patterns& patterns, std::span<const Config::Bot> bots) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < bots.size(); ++i) {
    if (std::ranges::any_of(patterns, [&](const std::string& one) { return matches(one, bots[i]); })) {
      found.push_back(i);
    }
  }
  return found;
}

std::string no_such_bot(const std::string& pattern, std::span<const Config::Bot> bots) {
  std::vector<std::string> known;
  for (const Config::Bot& bot : bots) known.push_back(pattern_of(bot)), known.push_back(bot.platform + ":*");
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view meant = nearest(pattern, names);
  return fmt::format("{} is no configured bot;{} allowed: {}", quoted(pattern),
                     meant.empty() ? "" : fmt::format(" did you mean {}?", quoted(meant)), kAllowed);
}

// The list as it is written, or nullptr.
const List* list_in(const Node& node) {
  const auto* table = std::get_if<Table>(&node.value);
  const Node* found = table ? node_of(*table, "bots") : nullptr;
  return found ? std::get_if<List>(&found->value) : nullptr;
}

}  // namespace

std::vector<std::size_t> bots_chosen(const Section& section, const Node& node, std::span<const Config::Bot> bots,
                                     Findings& findings) {
  const onebot::Value* value = onebot::find(section.fields, "bots");
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  if (!list || bots.empty()) return {};  // which is a mistake already
  const std::string key = fmt::format("{}.bots", section.name);
  if (list->empty()) {
    findings.add(line_in(node, "bots"), key, fmt::format("is empty: no bot would be served; allowed: {}", kAllowed));
    return {};
  }
  const List* written = list_in(node);
  std::vector<std::string> patterns;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string& pattern = patterns.emplace_back(std::get<std::string>((*list)[i]));
    if (std::ranges::any_of(bots, [&](const Config::Bot& bot) { return matches(pattern, bot); })) continue;
    const int line = written && i < written->size() ? (*written)[i].line : line_in(node, "bots");
    findings.add(line, key, no_such_bot(pattern, bots));
  }
  return places(patterns, bots);
}

std::vector<std::size_t> bots_written(const Node& node, std::span<const Config::Bot> bots) {
  const List* list = list_in(node);
  if (!list) return places(std::vector<std::string>{"*"}, bots);
  std::vector<std::string> patterns;
  for (const Node& element : *list) {
    if (const auto* text = std::get_if<std::string>(&element.value)) patterns.push_back(*text);
  }
  return places(patterns, bots);
}

}  // namespace bridge::config
