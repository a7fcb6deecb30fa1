// Already: refusals that say that what an action asks for is so already, as data: a message to be taken back that is
// gone, a member to be removed who has left. The action then has what it wants, and succeeds.

#pragma once

#include "onebot/result.h"

#include <span>
#include <string_view>

namespace kit {

struct Already {
  std::string_view action{};
  int code = 0;  // the platform's
};

// code_at: the member of a failure's data that holds the platform's code.
bool is_so_already(std::span<const Already> rows, std::string_view action, const onebot::Error& failure,
                   std::string_view code_at);

}  // namespace kit
