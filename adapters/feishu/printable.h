// What a stranger sent, for a log line: it may be long or hold anything.

#pragma once

#include <string>
#include <string_view>

namespace feishu {

inline std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) out += c > 0x20 && c < 0x7f && c != '"' ? c : '?';
  return out;
}

}  // namespace feishu
