// Losses: what consumers lost because events were deleted for lack of room, told in one line for each.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bridge::journal {

// Events that were deleted while somebody waited for them.
struct Loss {
  std::string consumer{};
  std::uint64_t events = 0;
  std::int64_t from = 0, to = 0;  // ms since the epoch, of the log
};

// Loop thread only.
class Losses {
 public:
  Losses(onebot::io::Loop& loop, onebot::Log& log) : loop_(loop), log_(log) {}

  // Counted at once. ahead: of the log's clock, ms that the system's is.
  void add(const std::vector<Loss>& lost, std::int64_t ahead);
  void tell();  // unless that was lately: then it is done later

 private:
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::map<std::string, Loss, std::less<>> waiting_{};  // by consumer; its times are the system's
  onebot::io::Owner pause_{};
};

}  // namespace bridge::journal
