// Ids that would lead elsewhere if they stood in a path as they are, and what says of an address whether one did.

#pragma once

#include "onebot/io.h"

#include <string>
#include <string_view>

namespace kit_test {

using namespace std::string_literals;

inline const std::string kStrayIds[] = {"",  ".",     "..",     "...",    "a/b",        "a?b",   "a#b",   "../../x",
                                        "/", "a\0b"s, "a\r\nb", "%2e%2e", "%2E%2E%2Fx", "a%2fb", "a%3Fb", "%252e%252e"};

// The step of a path that is none, however often a server or a proxy decodes it; "" = every step is one.
inline std::string stray_step(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url.remove_prefix(url.find('/') + 1);
  if (url.find('#') != std::string_view::npos) return "#";
  for (std::string_view path = url.substr(0, url.find('?')); !path.empty();) {
    const std::string_view raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size() < path.size() ? raw.size() + 1 : raw.size());
    std::string step(raw);
    for (int i = 0; i < 3; ++i) {
      const bool dots = step.find_first_not_of('.') == std::string::npos;
      if (dots || step.find_first_of("/?#\r\n\0"s) != std::string::npos) return "\"" + step + "\"";
      step = onebot::io::query_param("x=" + step, "x").value_or("");
    }
  }
  return "";
}

}  // namespace kit_test
