// `onebridge translate`: recorded native payloads in, OneBot events out, one JSON line each.

#pragma once

#include "adapters/registry.h"

#include <iosfwd>
#include <string>
#include <string_view>

namespace bridge {

struct TranslateOptions {
  const adapters::Platform& platform;
  std::string self = "self";   // user_id of the bot
  std::string file = "stdin";  // how messages call the input
  double now = 0;              // for events without a time; seconds since the epoch
};

// The input is one JSON document, or one per line. What cannot be read, and what has no event, is named on err.
// The exit code: 1 when something could not be read.
int translate(const TranslateOptions& options, std::string_view input, std::ostream& out, std::ostream& err);

}  // namespace bridge
