// docs/retcodes.md tells users what onebot/retcode.h says.

#include "onebot/retcode.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

namespace {

using Codes = std::map<int, std::string>;  // number -> name

// What a line with a code is like: the first two groups are its number and its name, in the order of `name_first`.
enum class Order { number_first, name_first };

Codes codes_in(const std::string& file, const std::string& line, Order order) {
  std::ifstream in(std::string(SOURCE_DIR) + "/" + file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::regex pattern(line, std::regex::multiline);
  const std::size_t number = order == Order::number_first ? 1 : 2, name = 3 - number;
  Codes codes;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), pattern); at != std::sregex_iterator(); ++at) {
    CAPTURE(at->str());
    CHECK(codes.emplace(std::stoi((*at)[number]), (*at)[name]).second);
  }
  return codes;
}

}  // namespace

TEST_CASE("users are told every return code there is, under its name, and none that there is not") {
  const Codes header = codes_in("onebot/retcode.h", R"(^ +(\w+) = (\d+),)", Order::name_first);
  const Codes page = codes_in("docs/retcodes.md", R"(^\| (\d+) \| (\w+) \| [^|]+ \| [^|]*\|$)", Order::number_first);

  CHECK(header.at(static_cast<int>(onebot::Retcode::ok)) == "ok");
  CHECK(header.at(static_cast<int>(onebot::Retcode::busy)) == "busy");
  for (const auto& [number, name] : header) {
    CAPTURE(number);
    REQUIRE(page.contains(number));
    CHECK(page.at(number) == name);
  }
  for (const auto& [number, name] : page) {
    CAPTURE(name);
    CHECK(header.contains(number));
  }
}

TEST_CASE("a return code's first digits say whose trouble it is, as the standard has them") {
  for (const auto& [number, name] : codes_in("onebot/retcode.h", R"(^ +(\w+) = (\d+),)", Order::name_first)) {
    CAPTURE(name);
    const int kind = number / 1000;
    CHECK((number == 0 || kind == 10 || kind == 20 || (kind >= 31 && kind <= 36)));
  }
}
