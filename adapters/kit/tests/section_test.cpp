#include "adapters/kit/section.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using kit::Section;
using onebot::Fields;
using onebot::List;
using Kind = onebot::Option::Kind;

namespace {

constexpr onebot::Option kOptions[] = {
    {"id", Kind::text, true},
    {"way", Kind::text, false, "a b", "a"},
    {"on", Kind::boolean, false, "", "true"},
    {"off", Kind::boolean},
    {"age", Kind::milliseconds, false, "", "300"},
    {"names", Kind::text_list},
    {"part", Kind::text_or_number, false, "", "1"},
    {"endpoints.api", Kind::url, false, "", "https://api.test"},
    {"endpoints.token", Kind::url},
};

Section read(const Fields& fields) { return *Section::read(fields, kOptions); }

}  // namespace

TEST_CASE("what is absent is as the table says") {
  const Section section = read({});

  CHECK(section.text("id").empty());
  CHECK(section.text("way") == "a");
  CHECK(section.flag("on"));
  CHECK_FALSE(section.flag("off"));
  CHECK(section.duration("age") == 300ms);
  CHECK(section.list("names").empty());
  CHECK(section.text("part") == "1");
  CHECK(section.endpoint("api") == "https://api.test");
  CHECK(section.endpoint("token", "other") == "other");
}

TEST_CASE("what is there counts, an endpoint in a table or under a dotted name") {
  const Section section =
      read({{"way", "b"}, {"on", false}, {"age", 5}, {"part", 2}, {"names", List{"x"}}, {"endpoints.api", "A"}});

  CHECK(section.text("way") == "b");
  CHECK_FALSE(section.flag("on"));
  CHECK(section.duration("age") == 5ms);
  CHECK(section.text("part") == "2");
  CHECK(section.list("names").size() == 1);
  CHECK(section.endpoint("api") == "A");
  CHECK(read({{"endpoints", Fields{{"token", "T"}}}}).endpoint("token", "other") == "T");
}

TEST_CASE("a value of another kind is refused with its key, and not taken for its default") {
  const auto why = [](const Fields& fields) {
    const auto section = Section::read(fields, kOptions);
    return section ? std::string() : section.error().message;
  };
  CHECK(why({{"id", 7}}) == "id: must be a text");
  CHECK(why({{"on", "yes"}}) == "on: must be true or false");
  CHECK(why({{"age", 1.5}}) == "age: must be a whole number");
  CHECK(why({{"names", "x"}}) == "names: must be a list of texts");
  CHECK(why({{"names", List{"x", 1}}}) == "names: must be a list of texts");
  CHECK(why({{"part", true}}) == "part: must be a text or a number");
  CHECK(why({{"endpoints", Fields{{"api", 1}}}}) == "endpoints.api: must be a text");
  CHECK(why({{"unknown", 1}}).empty());
}

TEST_CASE("an address loses the slashes at its end") {
  CHECK(kit::without_slash("http://a.test/b//") == "http://a.test/b");
  CHECK(kit::without_slash("").empty());
}
