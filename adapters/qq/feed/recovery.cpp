#include "adapters/qq/feed/recovery.h"

#include <fmt/format.h>

#include <algorithm>

namespace qq {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStable{60};   // what we sent on a connection of this age cannot have been wrong
constexpr seconds kShort{5};     // one that ends sooner is a bad sign
constexpr int kVainResumes = 3;  // then it is the session that is wrong
constexpr int kShortLosses = 3;  // so many of them in a row, and we wait
constexpr seconds kMinute{60}, kPatient{45};
constexpr seconds kAtOnce{1};  // many bots lose their connections at the same moment
constexpr std::chrono::minutes kSlow{10};

}  // namespace

bool Recovery::lost(Next next, milliseconds now) {
  if (opened_at_) {
    const milliseconds age = now - *std::exchange(opened_at_, std::nullopt);
    if (age >= kStable) wrong_once_ = false;
    const bool counts = age < kShort && next != Next::fewer_intents;
    short_losses_ = counts ? short_losses_ + 1 : 0;
  }
  return next == Next::stop || (next == Next::identify_slowly && std::exchange(wrong_once_, true));
}

milliseconds Recovery::pause(Next next) {
  switch (next) {
    case Next::resume_now:
      return waits_.part_of(kAtOnce);
    case Next::resume_later:
      return waits_.jittered(kMinute);
    case Next::identify_slowly:
    case Next::reshard:
      return long_pause();
    default:
      return backed_off();
  }
}

milliseconds Recovery::short_pause() { return seconds(1) + waits_.part_of(seconds(4)); }

milliseconds Recovery::long_pause() { return waits_.jittered(kSlow); }

milliseconds Recovery::bounded(milliseconds pause) {
  return short_losses_ >= kShortLosses ? std::max(pause, waits_.jittered(kPatient)) : pause;
}

milliseconds Recovery::as_told(milliseconds wait) {
  return wait + waits_.part_of(std::min<milliseconds>(wait / 5, kShort));
}

Recovery::Loss Recovery::without_cause(const Invalid& invalid, bool fixed_url, milliseconds now) {
  Loss loss = invalid.identifying ? refused_to_identify(fixed_url) : invalid_session(invalid.resumable);
  loss.waited = now - invalid.at;
  return loss;
}

Recovery::Loss Recovery::without_vain_resumes(Loss loss) {
  if (++vain_resumes_ < kVainResumes || !resumes(loss.next)) return loss;
  vain_resumes_ = 0;
  loss.next = Next::identify;
  loss.why += fmt::format("; {} resumes came to nothing, the session is given up", kVainResumes);
  loss.level = onebot::LogLevel::warn;
  return loss;
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
  const std::string why = "the platform refuses to identify this bot";
  if (!fixed_url || std::exchange(token_renewed_, true)) return {Next::fewer_intents, why};
  return {Next::fresh_token, why, short_pause()};
}

}  // namespace qq
