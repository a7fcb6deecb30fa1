#include "adapters/qq/interactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {
namespace {

constexpr std::chrono::milliseconds kLimit{2500};  // later nobody waits

}  // namespace

bool Interactions::waits(const onebot::Native& native) {
  const onebot::Trait* awaited = native.trait(onebot::Trait::Kind::awaited);
  return awaited && onebot::has_word(awaited->word, native.at(awaited->other).text());
}

onebot::Told<bool> Interactions::after(const onebot::Native& native, onebot::Told<bool> committed) {
  if (!waits(native)) return committed;
  const std::string id = native.at(native.trait(onebot::Trait::Kind::awaited)->path).text();
  if (id.empty()) return committed;
  auto told = stored_->guard([this, id] { acknowledge(id); });
  return [committed = std::move(committed), told = std::move(told)](bool stored) mutable {
    if (committed) committed(stored);
    if (stored) told();
  };
}

void Interactions::acknowledge(const std::string& id) {
  if (std::ranges::find(known_, id) != known_.end()) return;
  if (known_.size() == kMostKnown) known_.pop_front();
  known_.push_back(id);
  ApiRequest request{.method = "PUT",
                     .path = "/interactions/{interaction_id}",
                     .places = {{"interaction_id", id}},
                     .body = R"({"code":0})",
                     .timeout = kLimit,
                     .budget = kLimit};
  calls_[id] = api_.call(std::move(request), [this, id](ApiResult result) {
    const auto ended = calls_.extract(id);
    if (result) return log_.count("interactions_acknowledged");
    log_.count("interactions_not_acknowledged");
    log_.line(onebot::LogLevel::warn,
              fmt::format("interaction id=\"{}\" not acknowledged: {}", id, result.error().error.message));
  });
}

}  // namespace qq
