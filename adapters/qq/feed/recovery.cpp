#include "adapters/qq/feed/recovery.h"

#include <algorithm>
#include <cstdint>

namespace qq {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStable{60};   // a connection of this age starts the backoff anew
constexpr seconds kShort{5};     // one that ends sooner is a bad sign
constexpr int kShortLosses = 3;  // so many of them in a row, and we wait
constexpr seconds kMinute{60};
constexpr std::chrono::minutes kSlow{10};

}  // namespace

bool Recovery::lost(Next next, milliseconds now) {
  if (opened_at_) {
    const milliseconds age = now - *std::exchange(opened_at_, std::nullopt);
    if (age >= kStable) {
      attempts_ = 0;
      wrong_once_ = false;
    }
    const bool counts = age < kShort && next != Next::fewer_intents;
    short_losses_ = counts ? short_losses_ + 1 : 0;
  }
  return next == Next::stop || (next == Next::identify_slowly && std::exchange(wrong_once_, true));
}

milliseconds Recovery::pause(Next next) {
  switch (next) {
    case Next::resume_now:
      return milliseconds(0);
    case Next::resume_later:
      return std::max<milliseconds>(jittered(kMinute), kMinute);
    case Next::identify_slowly:
    case Next::reshard:
      return long_pause();
    default:
      return backed_off();
  }
}

milliseconds Recovery::short_pause() { return milliseconds(1000 + static_cast<std::int64_t>(4000 * random_())); }

milliseconds Recovery::long_pause() { return jittered(kSlow); }

milliseconds Recovery::backed_off() { return jittered(backoff(attempts_++)); }

milliseconds Recovery::bounded(milliseconds pause) const {
  return short_losses_ >= kShortLosses ? std::max<milliseconds>(pause, kMinute) : pause;
}

milliseconds Recovery::jittered(milliseconds delay) {
  return delay + milliseconds(static_cast<std::int64_t>(0.2 * random_() * static_cast<double>(delay.count())));
}

Recovery::Loss Recovery::invalid_session(bool resumable) {
  if (resumable && !std::exchange(resumed_again_, true)) {
    return {Next::resume, "the platform could not resume the session, but says it may", short_pause()};
  }
  return {Next::identify, "the session is gone", short_pause()};
}

// After an identify, the set of intents is what the platform minds; the token has just served for the discovery, unless
// there was none.
Recovery::Loss Recovery::refused_to_identify(bool fixed_url) {
  constexpr std::string_view kWhy = "the platform refuses to identify this bot";
  if (!fixed_url || std::exchange(token_renewed_, true)) return {Next::fewer_intents, kWhy};
  return {Next::fresh_token, kWhy, short_pause()};
}

}  // namespace qq
