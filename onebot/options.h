// Option: one key of a configuration section, as data, so that every mistake can be named with its line.

#pragma once

#include <cstddef>
#include <string_view>

namespace onebot {

// Bytes of a secret. A shorter one is guessed, and would blot out ordinary words of the log.
inline constexpr std::size_t kLeastSecret = 6;

struct Option {
  enum class Kind {
    text,
    secret,
    url,
    integer,
    boolean,
    milliseconds,
    text_list,
    text_or_number,  // becomes a text
  };
  std::string_view key{};  // "app_id", "endpoints.api"
  Kind kind = Kind::text;
  bool required = false;
  std::string_view allowed{};   // words separated by one blank; "" = any
  std::string_view fallback{};  // the default as it would be written; "" = none
};

}  // namespace onebot
