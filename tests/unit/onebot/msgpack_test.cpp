// MessagePack, byte by byte: what is written here was encoded by hand after the format's description.
#include "onebot/msgpack.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace std::string_literals;
using onebot::Bytes;
using onebot::Fields;
using onebot::List;
using onebot::Retcode;
using onebot::Value;
namespace json = onebot::json;
namespace msgpack = onebot::msgpack;

namespace {

// What was read, as JSON; for what was refused, why.
std::string read(std::string_view bytes, msgpack::Limits limits = {}) {
  const auto value = msgpack::parse(bytes, limits);
  if (value) return json::write(*value);
  CHECK(value.error().code == Retcode::bad_request);
  return value.error().message;
}

bool refused(std::string_view bytes, std::string_view why) {
  const std::string answer = read(bytes);
  CAPTURE(answer);
  return answer.find(why) != std::string::npos;
}

}  // namespace

TEST_CASE("every type and width of MessagePack is read") {
  CHECK(read("\xc0"s) == "null");
  CHECK(read("\xc3"s) == "true");
  CHECK(read("\x07"s) == "7");
  CHECK(read("\xcc\xff"s) == "255");
  CHECK(read("\xcd\x01\x00"s) == "256");
  CHECK(read("\xce\x00\x01\x00\x00"s) == "65536");
  CHECK(read("\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"s) == "9223372036854775807");
  CHECK(read("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"s) == "18446744073709551615");
  CHECK(read("\xff"s) == "-1");
  CHECK(read("\xd0\x80"s) == "-128");
  CHECK(read("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"s) == "-9223372036854775808");
  CHECK(read("\xca\x3f\xc0\x00\x00"s) == "1.5");
  CHECK(read("\xcb\x40\x14\x00\x00\x00\x00\x00\x00"s) == "5.0");
  CHECK(read("\xa2hi"s) == "\"hi\"");
  CHECK(read("\xd9\x02hi"s) == "\"hi\"");
  CHECK(read("\xda\x00\x02hi"s) == "\"hi\"");
  CHECK(read("\xdb\x00\x00\x00\x02hi"s) == "\"hi\"");
  CHECK(read("\xa0"s) == "\"\"");
  CHECK(read("\xc4\x02\xff\xfe"s) == "\"//4=\"");
  CHECK(read("\x92\x01\x90"s) == "[1,[]]");
  CHECK(read("\xdc\x00\x01\x02"s) == "[2]");
  CHECK(read("\x82\xa1"
             "a\x01\xa1"
             "b\x81\xa1"
             "c\xc0"s) == R"({"a":1,"b":{"c":null}})");
  CHECK(read("\xdf\x00\x00\x00\x01\xa1"
             "a\x80"s) == R"({"a":{}})");
}

TEST_CASE("bin is bytes, not text") {
  CHECK(
      std::holds_alternative<Bytes>(*msgpack::parse("\xc4\x01"
                                                    "a"s)));
  CHECK(
      std::holds_alternative<std::string>(*msgpack::parse("\xa1"
                                                          "a"s)));
}

TEST_CASE("whatever is cut short is refused, wherever") {
  const std::string whole = msgpack::write(
      Fields{{"text", "hi"}, {"list", List{1, 2.5, true, Value{}}}, {"bytes", Bytes{"ab"}}, {"big", 1LL << 40}});

  REQUIRE(msgpack::parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(refused(whole.substr(0, size), "ends in the middle"));
  }
  CHECK(refused(whole + "\xc0", "1 bytes behind its end"));
}

TEST_CASE("what has no counterpart in a request is refused and named") {
  CHECK(refused("\xc1"s, "is not MessagePack"));
  CHECK(refused("\x81\x01\x02"s, "a key that is not text"));
  CHECK(
      refused("\x81\xc4\x01"
              "a\x02"s,
              "a key that is not text"));
  CHECK(refused("\x81\x90\x02"s, "a key that is not text"));
  CHECK(refused("\xa2\xc3\x28"s, "not UTF-8"));
  CHECK(refused("\x81\xa1\xff\x02"s, "not UTF-8"));
  CHECK(refused("\xd4\x05\x00"s, "an extension type"));
  CHECK(refused("\xd6\xff\x00\x00\x00\x00"s, "an extension type"));
  CHECK(refused("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s, "not finite"));
  CHECK(refused("\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00"s, "not finite"));
  CHECK(refused("\xca\xff\x80\x00\x00"s, "not finite"));
}

TEST_CASE("nesting is taken up to the limit and refused beyond it, however deep") {
  CHECK(read(std::string(64, '\x91') + "\x01") == std::string(64, '[') + "1" + std::string(64, ']'));
  CHECK(refused(std::string(65, '\x91') + "\x01", "too deeply"));
  CHECK(refused(std::string(1'000'000, '\x91'), "too deeply"));
  std::string maps;
  for (int i = 0; i < 10'000; ++i) maps += "\x81\xa1k";
  CHECK(refused(maps, "too deeply"));
}

TEST_CASE("an announced size is not believed") {
  CHECK(refused("\xdd\xff\xff\xff\xff\x01"s, "ends in the middle"));
  CHECK(refused("\xdf\xff\xff\xff\xff"s, "ends in the middle"));
  CHECK(
      refused("\xdb\xff\xff\xff\xff"
              "a"s,
              "ends in the middle"));
  CHECK(
      refused("\xc6\xff\xff\xff\xff"
              "a"s,
              "ends in the middle"));
  CHECK(
      refused("\xc9\xff\xff\xff\xff\x01"
              "a"s,
              "ends in the middle"));
}

TEST_CASE("size and count are bounded") {
  CHECK(read("\x93\x01\x02\x03"s, {.values = 4}) == "[1,2,3]");
  CHECK(read("\x93\x01\x02\x03"s, {.values = 3}).find("too many values") != std::string::npos);
  CHECK(read("\xa3"
             "abc"s,
             {.bytes = 3}) == "MessagePack of 4 bytes, at most 3 are taken");
}

TEST_CASE("a double is float64, with or without a fraction") {
  CHECK(msgpack::write(Value(5.0)) == "\xcb\x40\x14\x00\x00\x00\x00\x00\x00"s);
  CHECK(msgpack::write(Value(-0.5)) == "\xcb\xbf\xe0\x00\x00\x00\x00\x00\x00"s);
  CHECK(msgpack::write(Value(std::numeric_limits<double>::quiet_NaN())) == "\xcb\0\0\0\0\0\0\0\0"s);
}

TEST_CASE("integers, text, bytes, lists and maps are written in their families") {
  CHECK(msgpack::write(Value(10003)) == "\xcd\x27\x13"s);
  CHECK(msgpack::write(Value(-1)) == "\xff"s);
  CHECK(msgpack::write(Value(std::uint64_t{1} << 63)) == "\xcf\x80\0\0\0\0\0\0\0"s);
  CHECK(msgpack::write(Value("hi")) == "\xa2hi");
  CHECK(msgpack::write(Value(Bytes{"\xff"})) == "\xc4\x01\xff"s);
  CHECK(msgpack::write(Value(List{Value{}, false})) == "\x92\xc0\xc2");
  CHECK(msgpack::write(Value(Fields{{"a", Fields{}}})) ==
        "\x81\xa1"
        "a\x80");
}

TEST_CASE("text that is not UTF-8 is repaired on the way out") {
  CHECK(msgpack::write(Value("a\xff")) ==
        "\xa4"
        "a\xEF\xBF\xBD");
  CHECK(msgpack::write(Value(Fields{{"\xff", 1}})) == "\x81\xa3\xEF\xBF\xBD\x01");
}

TEST_CASE("values of every kind survive writing and reading") {
  const Value value = Fields{{"n", Value{}},
                             {"b", true},
                             {"i", std::numeric_limits<std::int64_t>::min()},
                             {"u", std::numeric_limits<std::uint64_t>::max()},
                             {"d", 1700000000.25},
                             {"s", "\xF0\x9F\x98\x80\n"},
                             {"nul", "a\0b"s},
                             {"l", List{1, List{}, Fields{}}},
                             {"y", Bytes{"\0\xff"s}},
                             {"long", std::string(70'000, 'x')}};

  CHECK(read(msgpack::write(value)) == json::write(value));
}
