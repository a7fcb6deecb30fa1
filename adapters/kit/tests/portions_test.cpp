#include "adapters/kit/portions.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using Texts = std::vector<std::string>;

Texts cut(std::string_view text, std::size_t room, kit::Cost cost = kit::one_byte) {
  kit::Portions portions(room, cost);
  portions.add(text);
  return portions.take();
}

std::string together(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) out += text;
  return out;
}

}  // namespace

TEST_CASE("a text that fits stays one, and a longer one is cut between lines, else between words") {
  CHECK(cut("one two", 7) == Texts{"one two"});
  CHECK(cut("", 7) == Texts{""});
  CHECK(cut("one\ntwo three\nfour", 10) == Texts{"one\n", "two three\n", "four"});
  CHECK(cut("one two three", 9) == Texts{"one two ", "three"});
  CHECK(cut("a\nsome more words", 15) == Texts{"a\nsome more ", "words"});
}

TEST_CASE("scripts that need no blanks are cut between characters") {
  CHECK(cut("你好世界", 7) == Texts{"你好", "世界"});
  CHECK(cut("看abcdef", 8) == Texts{"看", "abcdef"});
  CHECK(cut("か\u3099か\u3099", 9) == Texts{"か\u3099", "か\u3099"});
}

TEST_CASE("a link is not cut, neither in its text nor in its address") {
  CHECK(cut("see [the page](https://a.test/b) now", 30) == Texts{"see ", "[the page](https://a.test/b) ", "now"});
  CHECK(cut("看https://a.test/b c", 17) == Texts{"看", "https://a.test/b ", "c"});
  CHECK(cut("[x] and more [y](z)", 13) == Texts{"[x] and more ", "[y](z)"});
  CHECK(cut("[x] and (y) and more", 12) == Texts{"[x] and (y) ", "and more"});
  CHECK(cut("[one\ntwo](three) four", 12) == Texts{"[one\n", "two](three) ", "four"});
}

TEST_CASE("what no message could hold is cut between characters") {
  CHECK(cut("aaaaaaaaaa", 4) == Texts{"aaaa", "aaaa", "aa"});
  CHECK(cut("éé", 3) == Texts{"é", "é"});
  CHECK(cut("\xf0\x9f\x98\x80", 1).size() == 4);
}

TEST_CASE("nothing of a long text is lost or told twice") {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += i % 50 == 49 ? "line\n" : i % 7 == 6 ? "世界👩‍👩‍👧 " : "word [a b](c) ";

  for (const std::size_t room : {40, 100, 1000, 30'000}) {
    const Texts texts = cut(text, room);
    CHECK(together(texts) == text);
    for (const std::string& each : texts) CHECK(each.size() <= room);
  }
}

TEST_CASE("what a byte costs in a body counts, not what it is") {
  const auto cost = [](char c) -> std::size_t { return c == '"' ? 4 : 1; };
  CHECK(cut("\"\" \"\"", 9, cost) == Texts{"\"\" ", "\"\""});
}

TEST_CASE("a tag begins a new text rather than to be cut, and text after it goes on behind it") {
  kit::Portions portions(12);
  portions.add("12345678");
  portions.add_whole("<tag />");
  portions.add(" and then");
  CHECK(portions.take() == Texts{"12345678", "<tag /> and ", "then"});
}

TEST_CASE("a text of nothing but blanks goes out only when there is no other") {
  CHECK(cut("words\n\n\n\n\n\n", 6) == Texts{"words\n"});
  CHECK(cut("   ", 6) == Texts{"   "});
}
