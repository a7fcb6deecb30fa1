#include "adapters/kit/pace.h"

#include <fmt/format.h>

#include <algorithm>

namespace kit {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

bool matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = pattern.substr(1, pattern.find('/', 1) - 1), part = path.substr(1, path.find('/', 1) - 1);
    if (wanted != "*" && !wanted.starts_with('{') && wanted != part) return false;
    pattern.remove_prefix(1 + wanted.size());
    path.remove_prefix(1 + part.size());
  }
  return pattern.empty() && path.empty();
}

bool fits(const Rate& rate, const Pace::Call& call) {
  if (rate.whom == Rate::For::receiver && call.receiver.empty()) return false;
  return rate.method == call.method && matches(rate.path, call.path);
}

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

std::string key_of(const Rate& rate, const Pace::Call& call) {
  const std::string_view whose[] = {"", call.path, call.receiver};  // by For
  const std::string what =
      rate.together.empty() ? fmt::format("{} {}", rate.method, rate.path) : std::string(rate.together);
  return fmt::format("{} {} {} {}", what, rate.per.count(), static_cast<int>(rate.whom),
                     whose[static_cast<std::size_t>(rate.whom)]);
}

}  // namespace

std::vector<Pace::Counted> Pace::counted(Call call) {
  forget_idle();
  std::vector<Counted> all;
  for (const Rate& rate : rates_) {
    const bool other = rate.method.empty() && all.empty();
    if (other || fits(rate, call)) all.push_back({&rate, &lanes_[key_of(rate, call)]});
  }
  return all;
}

void Pace::forget_idle() {
  if (lanes_.size() < kMostLanes) return;
  std::erase_if(lanes_, [now = loop_.now()](const auto& entry) {
    const Lane& lane = entry.second;
    return lane.not_before <= now && (lane.starts.empty() || now - lane.starts.back() > 60s);
  });
}

onebot::io::Owner Pace::wait(Call call, onebot::Told<onebot::Status> go) {
  call.path = without_query(call.path);
  const std::vector<Counted> all = counted(call);
  const milliseconds now = loop_.now();
  milliseconds start = now;
  const Rate* slowest = nullptr;
  for (const auto& [rate, lane] : all) {
    milliseconds own = lane->not_before;
    if (lane->starts.size() >= rate->calls) own = std::max(own, lane->starts.front() + rate->per);
    if (own > start) slowest = rate;
    start = std::max(start, own);
  }
  if (start - now > kLongestWait) return refuse(*slowest, start - now, std::move(go));
  for (const auto& [rate, lane] : all) {
    lane->starts.push_back(start);
    if (lane->starts.size() > rate->calls) lane->starts.pop_front();
  }
  if (start > now) return loop_.after(start - now, [go = std::move(go)] { go({}); });
  go({});
  return nullptr;
}

onebot::io::Owner Pace::refuse(const Rate& rate, milliseconds wait, onebot::Told<onebot::Status> go) {
  auto error = onebot::Error{onebot::Retcode::own_pace,
                             fmt::format("the platform allows {} such calls in {} s, and {} s of them wait already",
                                         rate.calls, rate.per / 1s, wait / 1s)};
  return loop_.after(0ms, [go = std::move(go), error = std::move(error)] { go(std::unexpected(error)); });
}

void Pace::pause(Call call, Rate::For whom, milliseconds length) {
  call.path = without_query(call.path);
  const std::vector<Counted> all = counted(call);
  const auto counts = [whom](const Counted& each) { return each.rate->whom == whom; };
  const bool any = std::ranges::any_of(all, counts);
  for (const Counted& each : all) {
    if (!any || counts(each)) each.lane->not_before = std::max(each.lane->not_before, loop_.now() + length);
  }
}

}  // namespace kit
