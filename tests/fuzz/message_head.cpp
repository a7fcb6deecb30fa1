// Parts of message heads that applications send: media types, and text of theirs in log lines.
#include "onebot/connect/head.h"
#include "onebot/encoding.h"
#include "tests/fuzz/target.h"

#include <algorithm>
#include <string>

using namespace onebot;

void try_input(std::string_view input) {
  const std::string type = connect::media_type({{"Content-Type", std::string(input)}});
  claim(type.find(';') == std::string::npos && type.size() <= input.size());
  if (encoding_of(type)) claim(input.size() >= type.size());
  claim(connect::media_type({{"Content-Type", type}}) == type);

  const std::string line = connect::printable(input);
  claim(line.size() <= 120 && std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));

  const std::string shown = connect::public_url(input);
  claim(shown.find_first_of("?#") == std::string::npos);
}
