#include "bridge/journal/hold.h"

#include <utility>

namespace bridge::journal {

void Hold::check() {
  if (is_wanted() == held_ || posted_) return;
  posted_ = true;
  loop_.post(lifetime_.guard([this] {
    posted_ = false;
    const bool wanted = is_wanted();
    if (std::exchange(held_, wanted) == wanted) return;
    log_.count(wanted ? onebot::Counter("journal_holds") : onebot::Counter("journal_releases"));
    if (watch_) watch_->on_hold(wanted);
  }));
}

}  // namespace bridge::journal
