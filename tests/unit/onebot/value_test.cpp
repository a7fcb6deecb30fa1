#include "onebot/value.h"

#include <doctest/doctest.h>

using onebot::Fields;
using onebot::Value;

TEST_CASE("a field is found by name, and the first of two counts") {
  const Fields fields = {{"a", "1"}, {"b", 2}, {"a", "3"}};

  REQUIRE(find(fields, "a"));
  CHECK(std::get<std::string>(*find(fields, "a")) == "1");
  CHECK_FALSE(find(fields, "c"));
}

TEST_CASE("the text of a field that is no text is empty") {
  const Fields fields = {{"a", "1"}, {"b", 2}};

  CHECK(text_of(fields, "a") == "1");
  CHECK(text_of(fields, "b").empty());
  CHECK(text_of(fields, "c").empty());
}

TEST_CASE("setting replaces in place or appends") {
  Fields fields = {{"a", "1"}, {"b", "2"}};

  set(fields, "a", "3");
  set(fields, "c", "4");

  REQUIRE(fields.size() == 3);
  CHECK(fields[0].name == "a");
  CHECK(text_of(fields, "a") == "3");
  CHECK(fields[2].name == "c");
}

TEST_CASE("a C string becomes text, not a bool") {
  const char* text = "x";

  CHECK(std::holds_alternative<std::string>(Value(text)));
}
