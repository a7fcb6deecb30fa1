#include "adapters/kit/pace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace kit {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

bool matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = pattern.substr(1, pattern.find('/', 1) - 1), part = path.substr(1, path.find('/', 1) - 1);
    if (wanted != "*" && wanted != part) return false;
    pattern.remove_prefix(1 + wanted.size());
    path.remove_prefix(1 + part.size());
  }
  return pattern.empty() && path.empty();
}

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

std::string key_of(const Rate& rate, std::string_view path) {
  return rate.whom == Rate::For::address ? fmt::format("{} {}", rate.method, path)
                                         : fmt::format("{} {}", rate.method, rate.path);
}

}  // namespace

const Rate& Pace::rate_of(std::string_view method, std::string_view path) const {
  for (const Rate& rate : rates_.first(rates_.size() - 1)) {
    if (rate.method == method && matches(rate.path, path)) return rate;
  }
  return rates_.back();
}

Pace::Lane& Pace::lane(std::string key) {
  if (lanes_.size() >= kMostLanes) {
    std::erase_if(lanes_, [now = loop_.now()](const auto& entry) {
      const Lane& lane = entry.second;
      return lane.not_before <= now && (lane.starts.empty() || now - lane.starts.back() > 60s);
    });
  }
  return lanes_[std::move(key)];
}

onebot::io::Owner Pace::wait(std::string_view method, std::string_view path, onebot::Told<onebot::Status> go) {
  path = without_query(path);
  const Rate& rate = rate_of(method, path);
  Lane& own = lane(key_of(rate, path));
  const milliseconds now = loop_.now();
  milliseconds start = std::max(now, own.not_before);
  if (own.starts.size() >= rate.calls) start = std::max(start, own.starts.front() + rate.per);
  if (start - now > kLongestWait) {
    auto error = onebot::Error{onebot::Retcode::own_pace,
                               fmt::format("the platform allows {} such calls in {} s, and {} s of them wait already",
                                           rate.calls, rate.per / 1s, (start - now) / 1s)};
    return loop_.after(0ms, [go = std::move(go), error = std::move(error)] { go(std::unexpected(error)); });
  }
  own.starts.push_back(start);
  if (own.starts.size() > rate.calls) own.starts.pop_front();
  if (start > now) return loop_.after(start - now, [go = std::move(go)] { go({}); });
  go({});
  return nullptr;
}

void Pace::pause(std::string_view method, std::string_view path, milliseconds length) {
  path = without_query(path);
  Lane& own = lane(key_of(rate_of(method, path), path));
  own.not_before = std::max(own.not_before, loop_.now() + length);
}

}  // namespace kit
