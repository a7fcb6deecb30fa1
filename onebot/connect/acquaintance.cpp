#include "onebot/connect/acquaintance.h"

#include <algorithm>
#include <utility>

namespace onebot::connect {

using std::chrono::milliseconds;

// One that has answered before is busy rather than mute; one that never has costs its events no long wait.
milliseconds Acquaintance::patience() const {
  if (!answers_) return milliseconds(10'000);
  return milliseconds(*answers_ ? 60'000 : 1'000);
}

bool Acquaintance::learn(bool answers) {
  answers_ = answers;
  return !answers && !std::exchange(told_, true);
}

std::uint64_t Acquaintance::left_out(Seq first, std::uint64_t count) {
  if (count == 0) return 0;
  const Seq until = std::exchange(left_out_until_, std::max(left_out_until_, first + count));
  return left_out_until_ - std::min(std::max(until, first), left_out_until_);
}

void Acquaintance::lost(Seq place, Seq sent, bool answered) {
  if (sent <= place) return;  // nothing was under way that could be the reason
  if (std::exchange(ended_at_, place) == place) careful_until_ = std::max(careful_until_, sent);
  if (!answered) return;
  if (std::exchange(stuck_at_, place) != place) meets_ = 0;
  ++meets_;
  behind_ = sent;
}

std::optional<Seq> Acquaintance::way_around(Seq place) const {
  if (place != stuck_at_ || meets_ < kMeets) return std::nullopt;
  return behind_;
}

}  // namespace onebot::connect
