#include "onebot/times.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using onebot::json::Document;
using onebot::json::View;

namespace {

double read(double (*reader)(View), std::string_view json) {
  const auto document = Document::parse(json);
  REQUIRE(document);
  return reader(document->root());
}

double any(std::string_view json) { return read(onebot::any_time, json); }

}  // namespace

TEST_CASE("the digits of a number tell its unit") {
  CHECK(any("1632847927") == 1632847927);
  CHECK(any("1632847927599") == doctest::Approx(1632847927.599).epsilon(1e-13));
  CHECK(any("1632847927599123") == doctest::Approx(1632847927.599123).epsilon(1e-15));
  CHECK(any("1632847927599123000") == doctest::Approx(1632847927.599123).epsilon(1e-15));
  CHECK(any("1632847927.25") == 1632847927.25);
  CHECK(any("1632847927599.0") == doctest::Approx(1632847927.599).epsilon(1e-13));
}

TEST_CASE("a number may be text") {
  CHECK(any(R"("1632847927")") == 1632847927);
  CHECK(any(R"("1754301601217")") == doctest::Approx(1754301601.217).epsilon(1e-13));
  CHECK(any(R"("1754301601217000")") == doctest::Approx(1754301601.217).epsilon(1e-13));
  CHECK(any(R"("1502199207.7171419")") == doctest::Approx(1502199207.7171419).epsilon(1e-15));
}

TEST_CASE("a date is read with its fraction and its zone") {
  CHECK(any(R"("2021-09-29T00:52:07+08:00")") == 1632847927);
  CHECK(any(R"("2021-09-28T16:52:07Z")") == 1632847927);
  CHECK(any(R"("2021-09-28T16:52:07")") == 1632847927);
  CHECK(any(R"("2021-09-28T13:22:07-0330")") == 1632847927);
  CHECK(any(R"("2021-09-29T00:52:07+08")") == 1632847927);
  CHECK(any(R"("2021-09-29T00:52:07.599+08:00")") == doctest::Approx(1632847927.599).epsilon(1e-13));
  CHECK(any(R"("2021-09-29T00:52:07.123456789Z")") == doctest::Approx(1632876727.123456789).epsilon(1e-15));
  CHECK(any(R"("2024-02-29T23:59:60Z")") == 1709251200);
}

TEST_CASE("a time as Go prints it is read") {
  CHECK(any(R"("2021-09-29 00:52:07 +0800 CST m=+1.000000001")") == 1632847927);
  CHECK(any(R"("2021-09-29 00:52:07.5 +0800 CST")") == 1632847927.5);
}

TEST_CASE("what is no time is 0") {
  for (const std::string_view json : {"null",
                                      "true",
                                      "{}",
                                      "[]",
                                      "0",
                                      "-1",
                                      "1e300",
                                      R"("")",
                                      R"("now")",
                                      R"("-5")",

                                      R"("2021-09-29")",
                                      R"("2021-13-01T00:00:00Z")",
                                      R"("2021-02-30T00:00:00Z")",
                                      R"("2021-09-29T24:00:00Z")",
                                      R"("2021-09-29T00:60:00Z")",
                                      R"("2021-09-29T00:52:07+8:00")",
                                      R"("2021-09-29T00:52:07Zx")",
                                      R"("2021-09-29X00:52:07Z")",
                                      R"("1969-12-31T23:59:59Z")",
                                      R"("0000-00-00T00:00:00Z")",
                                      R"("2021-9-29T0:52:7Z")",
                                      R"("+021-09-29T00:52:07Z")",
                                      R"("2021-09-29T00:52:07+08:")",
                                      R"("inf")",
                                      R"("16328x")"}) {
    CAPTURE(json);
    CHECK(any(json) == 0);
  }
}

TEST_CASE("a reader of one unit takes no other") {
  CHECK(read(onebot::seconds, "\"1632847927\"") == 1632847927);
  CHECK(read(onebot::seconds, "1632847927.5") == 1632847927.5);
  CHECK(read(onebot::seconds, "1632847927599") == 0);
  CHECK(read(onebot::milliseconds, "1632847927599") == doctest::Approx(1632847927.599).epsilon(1e-13));
  CHECK(read(onebot::milliseconds, "5") == 0.005);
  CHECK(read(onebot::iso8601, "1632847927") == 0);
  CHECK(read(onebot::iso8601, "\"2021-09-28T16:52:07Z\"") == 1632847927);
}
