#include "adapters/kit/characters.h"

#include <doctest/doctest.h>

namespace {

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (; count > 0; --count) out += text;
  return out;
}

}  // namespace

TEST_CASE("a text is cut between characters, whatever they are made of") {
  struct Row {
    std::string_view character{};
  };
  for (const auto [character] :
       {Row{"x"}, Row{"é"}, Row{"字"}, Row{"😀"}, Row{"e\u0301"}, Row{"👍🏽"}, Row{"👩‍👩‍👧"},
        Row{"❤️"}, Row{"🇨🇳"}, Row{"นี้"}, Row{"각"}, Row{"\r\n"}}) {
    CAPTURE(std::string(character));
    const std::string two = times(2, character);
    for (std::size_t most = character.size(); most < two.size(); ++most) {
      CHECK(kit::shortened(two, most) == character);
    }
    CHECK(kit::shortened(two, two.size()) == two);
  }
}

TEST_CASE("of a character that is longer than there is room, whole code points stay") {
  CHECK(kit::shortened("👩‍👩‍👧", 6) == "👩");
  CHECK(kit::shortened("字", 2).empty());
  CHECK(kit::shortened("", 2).empty());
}

TEST_CASE("bytes that are no characters end no text early, and come out as U+FFFD") {
  CHECK(kit::shortened("a\xff\xff", 2) == "a\xef\xbf\xbd");
  CHECK(kit::shortened("\x80\x80\x80", 2) == "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("a file's name is shortened in front of its extension") {
  CHECK(kit::shortened_name(times(80, "字") + ".pdf", 200) == times(65, "字") + ".pdf");
  CHECK(kit::shortened_name("short.pdf", 200) == "short.pdf");
  CHECK(kit::shortened_name(times(30, "👩‍👩‍👧") + ".jpeg", 60) == times(3, "👩‍👩‍👧") + ".jpeg");
}

TEST_CASE("what follows the last dot of a name is an extension only when it looks like one") {
  CHECK(kit::shortened_name("v1." + times(40, "x"), 20) == "v1." + times(17, "x"));
  CHECK(kit::shortened_name("." + times(15, "x"), 8) == "." + times(7, "x"));
  CHECK(kit::shortened_name("a.jpeg", 5) == "a.jpe");
  CHECK(kit::shortened_name(times(20, "x"), 8) == times(8, "x"));
}
