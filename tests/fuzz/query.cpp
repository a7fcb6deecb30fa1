// The query of a URL, from anybody who can connect: the access token is read from it.
#include "onebot/io.h"
#include "tests/fuzz/target.h"

#include <string>

using namespace onebot;

void try_input(std::string_view input) {
  const auto cut = input.find('\n');
  const std::string_view name = input.substr(0, cut);
  const std::string_view rest = cut == std::string_view::npos ? input : input.substr(cut + 1);
  if (const auto value = io::query_param(rest, name)) claim(value->size() <= rest.size());

  const std::string query = "a=1&access_token=" + io::percent_encode(input) + "&b=2";
  claim(io::query_param(query, "access_token") == std::string(input));
}
