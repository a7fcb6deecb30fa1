#include "adapters/qq/simulator/flood.h"

#include "adapters/kit/simulator/knobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using onebot::Fields;

constexpr std::chrono::milliseconds kTick{5};
constexpr std::int64_t kMostAtOnce = 20'000;
constexpr double kMostBytes = 64 << 10;
constexpr std::string_view kName = "GROUP_AT_MESSAGE_CREATE", kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68",
                           kMember = "A0B1C2D3E4F5061728394A5B6C7D8E9F";

double number(const Call& call, std::string_view name, double otherwise) {
  const std::string text = call.query(name);
  double number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::isfinite(number) ? number : otherwise;
}

}  // namespace

Reply Flood::begin(const Call& call) {
  const double count = number(call, "count", 1000), rate = number(call, "rate", 1000);
  const double bytes = number(call, "bytes", 100);
  if (count < 1 || count > 1e7 || rate <= 0 || bytes < 0 || bytes > kMostBytes) {
    return kit::simulator::wrong("count must be 1 to 10000000, rate above 0, bytes 0 to 65536");
  }
  streams_.push_back({static_cast<std::int64_t>(count), 0, rate, static_cast<std::size_t>(bytes), loop_.now()});
  if (!pouring_) pour();
  return kit::simulator::done();
}

void Flood::pour() {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const double elapsed = std::chrono::duration<double>(loop_.now() - stream->since).count();
    const auto due = std::min(stream->count, static_cast<std::int64_t>(elapsed * stream->rate) + 1);
    for (std::int64_t left = kMostAtOnce; stream->sent < due && left > 0; --left) send(*stream);
    stream = stream->sent == stream->count ? streams_.erase(stream) : std::next(stream);
  }
  pouring_ = streams_.empty() ? nullptr : loop_.after(kTick, [this] { pour(); });
}

void Flood::send(Stream& stream) {
  ++number_;
  std::string text = fmt::format(" flood {} ", stream.sent++);
  if (text.size() < stream.bytes) text.append(stream.bytes - text.size(), '.');
  const std::string id = fmt::format("ROBOT1.0_flood{:x}.{:08}!", static_cast<std::uint64_t>(loop_.wall()), number_);
  chats_.can_answer(id, kGroup, Scene::group);
  const Fields author{{"id", kMember},      {"member_openid", kMember}, {"member_role", "member"},
                      {"union_openid", ""}, {"username", "Lin"},        {"bot", false}};
  events_.emit(kName,
               fmt::format("{}:flood-{:x}-{:08}", kName, static_cast<std::uint64_t>(stream.since.count()), number_),
               Fields{{"id", id},
                      {"author", author},
                      {"content", std::move(text)},
                      {"timestamp", platform_time(loop_.wall())},
                      {"group_id", kGroup},
                      {"group_openid", kGroup},
                      {"message_type", 0}});
}

}  // namespace qq::simulator
