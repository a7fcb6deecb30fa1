#include "bridge/net/inflight.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kWorthGivingBack = 8 << 20;  // bytes that were in use
constexpr auto kCalm = 2s;                         // with little in use, before memory goes back to the system
}  // namespace

std::unique_ptr<Inflight::Share> Inflight::join(onebot::Then let_go) {
  return std::make_unique<Share>(shared_from_this(), std::move(let_go));
}

void Inflight::Share::keep(std::size_t bytes) {
  if (bytes == bytes_) return;
  const auto home = home_;  // it may outlive this share
  if (bytes_ == 0) since_ = home->loop_.now();
  home->bytes_ += bytes - bytes_;
  bytes_ = bytes;
  if (bytes > 0) {
    home->holding_.insert(this);
  } else {
    home->holding_.erase(this);
  }
  home->changed();
}

void Inflight::changed() {
  peak_ = std::max(peak_, bytes_);
  calm_down();
  if (making_room_) return;
  making_room_ = true;
  while (bytes_ > most_) {
    Share* victim = slowest();
    tell(*victim);
    const std::size_t before = bytes_;
    victim->let_go_();
    if (bytes_ >= before) break;  // it keeps them against its promise; another time
  }
  making_room_ = false;
}

Inflight::Share* Inflight::slowest() const {
  const std::size_t average = bytes_ / holding_.size();
  const auto now = loop_.now();
  Share* slowest = nullptr;
  double least = 0;
  for (Share* share : holding_) {
    if (share->bytes_ < average) continue;
    const double pace = static_cast<double>(share->bytes_) / static_cast<double>((now - share->since_).count() + 1);
    if (slowest && pace >= least) continue;
    slowest = share;
    least = pace;
  }
  return slowest;
}

void Inflight::tell(const Share& victim) {
  if (!log_) return;
  log_->count_one("connections_cut", "memory");
  log_->line(onebot::LogLevel::warn,
             fmt::format("a connection is cut, since requests and messages under way are more than limits.inflight "
                         "bytes={} most={} its_bytes={} its_age_ms={}",
                         bytes_, most_, victim.bytes_, (loop_.now() - victim.since_).count()));
}

// The allocator keeps what was freed in the middle of its heap; a process that was flooded once would stay large.
void Inflight::calm_down() {
  if (bytes_ > most_ / 8 || peak_ < kWorthGivingBack) return trim_.reset();
  if (trim_) return;
  trim_ = loop_.after(kCalm, [this] {
    const auto done = std::move(trim_);
    peak_ = bytes_;
    malloc_trim(0);
  });
}

}  // namespace bridge::net
