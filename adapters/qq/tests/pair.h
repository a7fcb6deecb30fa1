// One connection that a bot has dialed, and the simulator's end of it.

#pragma once

#include "tests/fakes.h"

#include <cstddef>
#include <memory>

namespace qq::test {

struct Pair {
  std::shared_ptr<fakes::Link> ours{}, theirs{};
  std::size_t to_us = 0, to_them = 0;

  bool over() const { return !ours->peer && !theirs->peer; }
  // Takes what each end has said to the other. Whether there was anything.
  bool carry() {
    bool moved = false;
    for (; theirs->peer && to_them < ours->received.size(); moved = true) theirs->text(ours->received[to_them++]);
    for (; ours->peer && to_us < theirs->received.size(); moved = true) ours->text(theirs->received[to_us++]);
    if (theirs->peer && ours->closed_with) theirs->close(1006), moved = true;
    if (ours->peer && theirs->closed_with) ours->close(theirs->closed_with), moved = true;
    return moved;
  }
};

}  // namespace qq::test
