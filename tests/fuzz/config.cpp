// A configuration. What is wrong in it is named with the file and a line; what is right can be read again.
#include "bridge/config/config.h"

#include "tests/fuzz/target.h"

#include <string>

void try_input(std::string_view input) {
  if (input.find("file:") != std::string_view::npos) return;  // it would read files of this machine
  const auto read = bridge::read_config(input, "fuzz.toml");
  claim(read.config.has_value() == read.mistakes.empty());
  for (const std::string& mistake : read.mistakes) {
    claim(mistake.starts_with("fuzz.toml:") && mistake.find('\n') == std::string::npos);
  }
  if (read.config) claim(bridge::read_config(input, "fuzz.toml").config.has_value());
}
