// An event that knows everything about itself.

#pragma once

#include "onebot/event.h"

#include <string>

namespace rig {

inline onebot::Event event(std::string text) {
  return {.id = "id-" + text,
          .time = 1,
          .type = "notice",
          .detail_type = "friend_increase",
          .self = {"mock", "b"},
          .fields = {{"user_id", text}}};
}

}  // namespace rig
