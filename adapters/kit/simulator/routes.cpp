#include "adapters/kit/simulator/routes.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace kit::simulator {
namespace {

// The first word of a path, cut off: "/a/b" is "a" and "/b".
std::string_view cut_word(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view word = path.substr(0, path.find('/'));
  path.remove_prefix(word.size());
  return word;
}

std::optional<Ids> match(std::string_view pattern, std::string_view path) {
  Ids ids;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = cut_word(pattern), word = cut_word(path);
    const bool named = wanted.starts_with('{');
    if (named ? word.empty() : word != wanted) return std::nullopt;
    if (named) ids.emplace_back(wanted.substr(1, wanted.size() - 2), word);
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(ids)) : std::nullopt;
}

}  // namespace

void Routes::add(Route route) {
  if (!route.path.empty()) routes_.push_back(std::move(route));
}

Routes::Found Routes::find(std::string_view method, std::string_view path) const {
  Found found;
  for (const Route& route : routes_) {
    auto ids = match(route.path, path);
    if (!ids) continue;
    if (route.method == method) return {.route = &route, .ids = *std::move(ids)};
    found.other_method = true;
  }
  return found;
}

}  // namespace kit::simulator
