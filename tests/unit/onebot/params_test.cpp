#include "onebot/params.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using onebot::Bytes;
using onebot::Fields;
using onebot::Retcode;
using onebot::Value;

namespace {

// Whether the result is 10003 with the name of the parameter in its message.
template <class T>
bool refused(const onebot::Result<T>& result, std::string_view name) {
  return !result && result.error().code == Retcode::bad_param && result.error().message.find(name) != std::string::npos;
}

}  // namespace

TEST_CASE("a string parameter that is missing, null or a number is 10003 and named") {
  const Fields params = {{"user_id", "u"}, {"group_id", 7}, {"channel_id", Value{}}};

  CHECK(onebot::string_param(params, "user_id") == "u");
  for (const std::string_view name : {"group_id", "guild_id", "channel_id"}) {
    CAPTURE(name);
    CHECK(refused(onebot::string_param(params, name), name));
  }
}

TEST_CASE("an integer may come as a float without a fraction, and never as text") {
  for (const Value& value : {Value(100), Value(100.0), Value(-0.0), Value(std::int64_t{1} << 62)}) {
    CAPTURE(onebot::json::write(value));
    CHECK(onebot::integer_param({{"limit", value}}, "limit"));
  }
  CHECK(onebot::integer_param({{"limit", 100.0}}, "limit") == 100);
  for (const Value& value :
       {Value("100"), Value(1.5), Value(true), Value(1e300), Value(9.1e15),
        Value(std::numeric_limits<double>::quiet_NaN()), Value(std::numeric_limits<double>::infinity()),
        Value(std::uint64_t{1} << 63), Value(onebot::List{})}) {
    CAPTURE(onebot::json::write(value));
    CHECK(refused(onebot::integer_param({{"limit", value}}, "limit"), "limit"));
  }
}

TEST_CASE("a number may come as an integer, and never as text") {
  CHECK(onebot::number_param({{"latitude", 31}}, "latitude") == 31.0);
  CHECK(onebot::number_param({{"latitude", 31.5}}, "latitude") == 31.5);
  CHECK(refused(onebot::number_param({{"latitude", "31"}}, "latitude"), "latitude"));
}

TEST_CASE("a flag is a boolean, not its name and not a number") {
  CHECK(onebot::bool_param({{"joined_only", true}}, "joined_only") == true);
  CHECK(refused(onebot::bool_param({{"joined_only", "true"}}, "joined_only"), "joined_only"));
  CHECK(refused(onebot::bool_param({{"joined_only", 1}}, "joined_only"), "joined_only"));
}

TEST_CASE("bytes come as they are or as Base64 text") {
  const std::string bytes("\x00\xFF\x01", 3);

  CHECK(onebot::bytes_param({{"data", Bytes{bytes}}}, "data") == bytes);
  CHECK(onebot::bytes_param({{"data", "AP8B"}}, "data") == bytes);
  CHECK(onebot::bytes_param({{"data", ""}}, "data") == "");
}

TEST_CASE("what is neither bytes nor standard, padded Base64 is 10003") {
  for (const Value& value : {Value("AP8"), Value("AP8B\n"), Value("_-8="), Value("!"), Value(7), Value(onebot::List{}),
                             Value(), Value(false)}) {
    CAPTURE(onebot::json::write(value));
    CHECK(refused(onebot::bytes_param({{"data", value}}, "data"), "data"));
  }
}

TEST_CASE("bytes are written as standard, padded Base64 in JSON") {
  CHECK(onebot::json::write(Value(Bytes{"\xFF\xFE"})) == "\"//4=\"");
  CHECK(onebot::json::write(Value(Bytes{})) == "\"\"");
}

TEST_CASE("an optional parameter may be missing or null, and is checked when it is there") {
  const Fields params = {{"limit", Value{}}, {"timeout", 5}, {"headers", "x"}};

  CHECK(onebot::optional_param(onebot::integer_param, params, "limit").value() == std::nullopt);
  CHECK(onebot::optional_param(onebot::integer_param, params, "offset").value() == std::nullopt);
  CHECK(onebot::optional_param(onebot::integer_param, params, "timeout").value() == 5);
  CHECK(refused(onebot::optional_param(onebot::object_param, params, "headers"), "headers"));
}
