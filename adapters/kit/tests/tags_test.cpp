#include "adapters/kit/tags.h"

#include <doctest/doctest.h>

TEST_CASE("a tag is broken by a character without width, and everything else stays as it is") {
  const auto begins = [](std::string_view behind) { return behind.starts_with("at "); };

  CHECK(kit::without_tags("<at id=1> < at <<at id=2>", begins) ==
        "<\u200b"
        "at id=1> < at <<\u200b"
        "at id=2>");
  CHECK(kit::without_tags("a <", begins) == "a <");
  CHECK(kit::without_tags("", begins).empty());
}
