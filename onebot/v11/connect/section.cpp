#include "onebot/v11/connect/section.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::v11::connect {

PlaceNames::PlaceNames(std::string_view way, std::string_view name, std::string_view address)
    : by_address_(fmt::format("onebot11:{}:{}:", way, address)),
      by_name_(name.empty() ? "" : fmt::format("onebot11:{}:{}:", way, name)) {}

std::string PlaceNames::of(const Bot& bot, std::string_view consumer) const {
  std::string place = (by_name_.empty() ? by_address_ : by_name_) + name_of(bot);
  return consumer.empty() ? place : place.append(":").append(consumer);
}

void PlaceNames::take_over(Cursors& cursors) const {
  if (!by_name_.empty()) cursors.rename(by_address_, by_name_);
}

std::int64_t replay_since(const Ground& ground, const SectionOptions& options) {
  return std::max<std::int64_t>(1,
                                static_cast<std::int64_t>(ground.backend.loop.wall() * 1'000) - options.replay.count());
}

Reached reach(const Ground& ground, const SectionOptions& options, std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view first = path.substr(0, path.find('/'));
  const bool is_number = !first.empty() && first.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number) {
    const Bot* only = options.bots.size() == 1 ? options.bots.front() : nullptr;
    return {only, fmt::format("/{}", path)};
  }
  path.remove_prefix(std::min(path.size(), first.size() + 1));
  const auto bot = std::ranges::find_if(options.bots, [&](const Bot* one) {
    const Number number = self_id(ground, *one);
    return number != 0 && first == fmt::to_string(number);
  });
  return {bot == options.bots.end() ? nullptr : *bot, fmt::format("/{}", path), true};
}

std::vector<Number> prefixes(const Ground& ground, const SectionOptions& options) {
  std::vector<Number> all;
  if (options.bots.size() == 1) return all;
  for (const Bot* bot : options.bots) {
    if (const Number number = self_id(ground, *bot); number != 0) all.push_back(number);
  }
  return all;
}

std::string user_agent(const Ground& ground) { return fmt::format("OneBot/11 onebridge/{}", ground.version); }

}  // namespace onebot::v11::connect
