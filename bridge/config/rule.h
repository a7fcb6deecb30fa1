// Rule: what one key of the configuration may be, as data; and a value read against it.

#pragma once

#include "bridge/config/tree.h"
#include "bridge/config/values.h"
#include "onebot/options.h"
#include "onebot/value.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::config {

enum class Kind {
  text,
  name,           // of a consumer or an endpoint: 1 to 64 letters, digits, "-", "_" or "."
  name_or_false,  // the same, or the boolean false, which becomes ""
  secret,         // a literal, env:NAME or file:PATH
  url,
  proxy,  // "", "none", or a URL, which may be a secret: a literal, env:NAME or file:PATH
  host,
  port,
  file,  // a path; it must be readable now
  integer,
  boolean,
  milliseconds,  // a whole number
  seconds,       // the same
  duration,      // "1h"; becomes milliseconds
  size,          // "1GiB"; becomes bytes
  text_list,
  text_or_number,  // a string or a whole number; becomes a string
};

struct Rule {
  std::string_view key{};  // one dot at most: "endpoints.api" is "api" in the table "endpoints"
  Kind kind = Kind::text;
  bool required = false;
  std::string_view allowed{};   // text, text_list: words separated by one blank; url: schemes; "" = any
  std::string_view fallback{};  // as it would be written; "" = none
  std::int64_t least = 0;       // of a number; of a secret that is not "", in bytes
  std::int64_t most = INT64_MAX;
};

Rule rule_of(const onebot::Option& option);

// The value of a key, or what is wrong with it.
Read<onebot::Value> read_value(const Node& node, const Rule& rule);
// What stands in for it when it is absent; nullopt: nothing does.
std::optional<onebot::Value> fallback_of(const Rule& rule);

}  // namespace bridge::config
