// Abilities: what a bot's platform can be asked for and sent, so that a request is translated by what there is and not
// by whose platform it is.

#pragma once

#include "onebot/v11/logged_event.h"

#include <span>
#include <string_view>

namespace onebot::v11 {

struct Abilities {
  std::span<const std::string_view> actions{};   // OneBot 12 names, as get_supported_actions lists them
  std::span<const std::string_view> segments{};  // those with a prefix that can be sent

  // The action with this name, "*." standing for any prefix; "": there is none.
  std::string_view action(std::string_view name) const { return one_of(actions, name); }
  std::string_view segment(std::string_view name) const { return one_of(segments, name); }

 private:
  static std::string_view one_of(std::span<const std::string_view> names, std::string_view wanted) {
    for (const std::string_view name : names) {
      if (fits(wanted, name)) return name;
    }
    return {};
  }
};

}  // namespace onebot::v11
