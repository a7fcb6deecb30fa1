#include "onebot/json.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using onebot::Fields;
using onebot::List;
using onebot::Retcode;
using onebot::Value;
using onebot::json::Document;
using onebot::json::View;
using onebot::json::write;
using namespace std::string_view_literals;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

bool parses(std::string_view text) { return Document::parse(text).has_value(); }

std::string round_trip(std::string_view text) {
  const auto document = Document::parse(text);
  return document ? document->root().dump() : "error: " + document.error().message;
}

}  // namespace

TEST_CASE("JSON that is broken is refused with the offset and the reason") {
  for (const std::string_view text : {""sv, " "sv, "{"sv, "{\"a\":1,}"sv, "[1 2]"sv, "nul"sv, "\"open"sv, "{} {}"sv,
                                      "1e999"sv, "\"\\ud83\""sv, "\"\\x\""sv, "+1"sv, "01"sv, "NaN"sv, "// c\n1"sv}) {
    CAPTURE(text);
    const auto document = Document::parse(text);
    REQUIRE_FALSE(document);
    CHECK(document.error().code == Retcode::bad_request);
    CHECK(document.error().message.find("byte") != std::string::npos);
  }
}

TEST_CASE("a NUL does not end the text") {
  CHECK_FALSE(parses("{}\0garbage"sv));
  CHECK_FALSE(parses("{}\0"sv));
  CHECK_FALSE(parses("\0{}"sv));
  CHECK(parses("{} \r\n\t"sv));
}

TEST_CASE("nesting is taken up to the limit and refused beyond it, however deep") {
  CHECK(parses(nested(64)));
  CHECK_FALSE(parses(nested(65)));
  CHECK_FALSE(parses(nested(1'000'000)));
  CHECK_FALSE(parses(std::string(1'000'000, '[')));

  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  const auto document = Document::parse(objects);
  REQUIRE_FALSE(document);
  CHECK(document.error().message.find("nested too deeply") != std::string::npos);
}

TEST_CASE("siblings do not count as depth") {
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "[[]],";
  CHECK(Document::parse(wide + "1]", {.depth = 3}).has_value());
}

TEST_CASE("values and keys count, whatever they are") {
  for (const char* text : {"[1,2,3]", "[\"\",null,true]", "[[],{},-1.5]", "{\"a\":{}, \"b\":[]}"}) {
    CAPTURE(text);
    const std::size_t count = text[0] == '{' ? 5 : 4;
    CHECK(Document::parse(text, {.values = count}).has_value());
    const auto document = Document::parse(text, {.values = count - 1});
    REQUIRE_FALSE(document);
    CHECK(document.error().message.find("too many values") != std::string::npos);
  }
  std::string flood = "[";
  while (flood.size() < (4 << 20) - 2) flood += "0,";
  CHECK_FALSE(parses(flood + "0]"));
}

TEST_CASE("a text longer than the limit is refused unread") {
  const std::string text = "\"" + std::string(100, 'x') + "\"";
  CHECK(Document::parse(text, {.bytes = 102}).has_value());
  const auto document = Document::parse(text, {.bytes = 101});
  REQUIRE_FALSE(document);
  CHECK(document.error().message.find("102 bytes") != std::string::npos);
}

TEST_CASE("bytes that are no UTF-8 are refused on the way in") {
  CHECK_FALSE(parses("\"\xC3\x28\""));
  CHECK_FALSE(parses("\"\xED\xA0\x80\""));
  CHECK_FALSE(parses("\"\xF8\x88\x80\x80\x80\""));
  CHECK(parses("\"\xF0\x9F\x98\x80\""));
}

TEST_CASE("an escaped surrogate pair is one character, and half of one never leaves as invalid UTF-8") {
  CHECK(round_trip(R"("\ud83d\ude00")") == "\"\xF0\x9F\x98\x80\"");
}

TEST_CASE("half a surrogate pair is U+FFFD, and what stands around it is kept") {
  const std::string lost = "\xEF\xBF\xBD";
  CHECK(round_trip(R"("a\ud83db")") == "\"a" + lost + "b\"");
  CHECK(round_trip(R"("a\ude00b")") == "\"a" + lost + "b\"");
  CHECK(round_trip(R"("\ud83d\ud83d\ude00")") == "\"" + lost + "\xF0\x9F\x98\x80\"");
  CHECK(round_trip(R"("\ude00\ud83d")") == "\"" + lost + lost + "\"");
  CHECK(round_trip(R"("\ud83d\n")") == "\"" + lost + "\\n\"");
  CHECK(round_trip(R"("\\ud83d")") == R"("\\ud83d")");
  CHECK(round_trip(R"({"\uD800":1})") == "{\"" + lost + "\":1}");
  CHECK_FALSE(parses(R"("\ud83d)"));
  CHECK_FALSE(parses("\"\\"));
}

TEST_CASE("a control character is refused wherever it stands in a string") {
  for (int c = 1; c < 0x20; ++c) {
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text = "\"" + std::string(40, 'x') + "\"";
      text[1 + at] = static_cast<char>(c);
      CHECK_FALSE(parses(text));
    }
  }
}

TEST_CASE("a byte order mark is passed over") { CHECK(round_trip("\xEF\xBB\xBF{\"a\":1}") == "{\"a\":1}"); }

TEST_CASE("every text that is cut short ends without reading beyond it") {
  const std::string text = R"({"name\u00e9":[1.5e10,true,null,"text \ud83d\ude00 that is long enough"],"o":{"":-0}})";
  CHECK(parses(text));
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(parses(text.substr(0, size)));
}

TEST_CASE("the first of two members with one name wins") {
  const auto document = Document::parse(R"({"a":1,"a":2})");

  REQUIRE(document);
  CHECK(document->root().at("a").text() == "1");
}

TEST_CASE("64-bit integers keep every digit") {
  CHECK(round_trip("9223372036854775807") == "9223372036854775807");
  CHECK(round_trip("-9223372036854775808") == "-9223372036854775808");
  CHECK(round_trip("18446744073709551615") == "18446744073709551615");
  CHECK(round_trip("9007199254740993") == "9007199254740993");

  const auto document = Document::parse("[18446744073709551615, -9223372036854775808, 12.5, \"007\", true]");
  REQUIRE(document);
  CHECK(document->root()[0].text() == "18446744073709551615");
  CHECK(document->root()[1].text() == "-9223372036854775808");
  CHECK(document->root()[2].text() == "12.5");
  CHECK(document->root()[3].text() == "007");
  CHECK(document->root()[4].text().empty());
}

TEST_CASE("a number of any length is the nearest double, and one beyond all doubles is refused") {
  CHECK(round_trip("18446744073709551616") == "1.8446744073709552e+19");
  CHECK(round_trip("1844674407370955161566666") == "1.8446744073709552e+24");
  CHECK(round_trip("184467440737095516156.6e-20") == "1.8446744073709551");
  CHECK(round_trip("-9223372036854775809") == "-9.223372036854776e+18");
  CHECK(round_trip("1632847927.599") == "1632847927.599");
  CHECK(round_trip("-0") == "0");
  CHECK(round_trip("0." + std::string(400, '0') + "1") == "0.0");
  CHECK(round_trip("1e-400") == "0.0");
  CHECK(round_trip("1" + std::string(300, '0')) == "1e+300");
  for (const std::string& number : {std::string("1e400"), "1" + std::string(400, '0'), std::string("-1.8e308")}) {
    const auto document = Document::parse(number);
    REQUIRE_FALSE(document);
    CHECK(document.error().message.find("too big") != std::string::npos);
  }
}

TEST_CASE("small unsigned numbers are int64 in a value, only larger ones are uint64") {
  const auto document = Document::parse("[9223372036854775807, 9223372036854775808]");

  REQUIRE(document);
  CHECK(std::holds_alternative<std::int64_t>(document->root()[0].value()));
  CHECK(std::holds_alternative<std::uint64_t>(document->root()[1].value()));
}

TEST_CASE("an integer may be spelled with a fraction of zero, but not as text") {
  const auto document = Document::parse(R"([100.0, 1.5, "100", 1e300, -3, 18446744073709551615, 1e18])");

  REQUIRE(document);
  CHECK(document->root()[0].integer() == 100);
  CHECK_FALSE(document->root()[1].integer());
  CHECK_FALSE(document->root()[2].integer());
  CHECK_FALSE(document->root()[3].integer());
  CHECK(document->root()[4].integer() == -3);
  CHECK_FALSE(document->root()[5].integer());
  CHECK_FALSE(document->root()[6].integer());
}

TEST_CASE("a number may be text that spells one, whole and finite") {
  const auto document = Document::parse(R"([1.5, "1.5", " 1.5", "1.5x", "inf", "nan", "", null])");

  REQUIRE(document);
  CHECK(document->root()[0].number() == 1.5);
  CHECK(document->root()[1].number() == 1.5);
  for (std::size_t i = 2; i < 8; ++i) CHECK_FALSE(document->root()[i].number());
}

TEST_CASE("a path that leads nowhere is a null view whatever is asked of it") {
  const auto document = Document::parse(R"({"a":{"b":[{"c":"x"}]},"n":null})");
  REQUIRE(document);
  const View root = document->root();

  CHECK(root.at("a.b")[0].at("c").str() == "x");
  CHECK(root.at("").is_object());
  CHECK(root.at("n").is_null());
  CHECK_FALSE(root.at("n").is_missing());
  for (const View lost : {root.at("a.b.c"), root.at("x.y"), root.at("a.b")[1], root[0], root.at("."), View()}) {
    CHECK(lost.is_null());
    CHECK(lost.str().empty());
    CHECK(lost.text().empty());
    CHECK(lost.size() == 0);
    CHECK_FALSE(lost.boolean());
    CHECK_FALSE(lost.number());
    CHECK(lost.value().is_null());
  }
}

TEST_CASE("views stay valid when their document moves") {
  auto document = Document::parse(R"({"a":"text that is too long to be stored in place of a pointer"})");
  REQUIRE(document);
  const View view = document->root().at("a");

  const Document moved = std::move(*document);

  CHECK(view.str().starts_with("text"));
  CHECK(moved.root().at("a").str() == view.str());
}

TEST_CASE("doubles always carry a fraction or an exponent") {
  CHECK(write(Value(1700000000.0)) == "1700000000.0");
  CHECK(write(Value(1632847927.599)) == "1632847927.599");
  CHECK(write(Value(0.0)) == "0.0");
  CHECK(write(Value(-0.5)) == "-0.5");
  CHECK(write(Value(1e300)).find_first_of(".e") != std::string::npos);
  CHECK(parses(write(Value(1e300))));
  CHECK(parses(write(Value(5e-324))));
}

TEST_CASE("a double that JSON cannot spell is 0.0") {
  CHECK(write(Value(std::numeric_limits<double>::infinity())) == "0.0");
  CHECK(write(Value(-std::numeric_limits<double>::infinity())) == "0.0");
  CHECK(write(Value(std::numeric_limits<double>::quiet_NaN())) == "0.0");
}

TEST_CASE("text is escaped where JSON demands it and nowhere else") {
  CHECK(write(Value("a\"b\\c\n\r\t/"sv)) == R"("a\"b\\c\n\r\t/")");
  CHECK(write(Value("\0\x01\x1f\x7f"sv)) == "\"\\u0000\\u0001\\u001f\x7f\"");
  CHECK(write(Value("\b\f\n"sv)) == R"("\b\f\n")");  // as JavaScript writes them, which some compare with
  CHECK(write(Value("\xE4\xBD\xA0\xF0\x9F\x98\x80"sv)) == "\"\xE4\xBD\xA0\xF0\x9F\x98\x80\"");
}

TEST_CASE("every byte string is written as JSON that parses back") {
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const std::string text = {'a', static_cast<char>(high), static_cast<char>(low), 'z'};
      const std::string json = write(Value(text));
      REQUIRE(onebot::json::is_utf8(json));
      const auto document = Document::parse(json);
      REQUIRE(document);
      REQUIRE(document->root().str() == onebot::json::repair_utf8(text));
    }
  }
}

TEST_CASE("invalid UTF-8 is replaced by U+FFFD and the rest is kept") {
  CHECK(write(Value("\xC3\x28"sv)) == "\"\xEF\xBF\xBD(\"");
  CHECK(onebot::json::repair_utf8("ok\xFF\xE4\xBD\xA0\xE4\xBD") ==
        "ok\xEF\xBF\xBD\xE4\xBD\xA0\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(onebot::json::is_utf8("\xF4\x8F\xBF\xBF"));
  CHECK_FALSE(onebot::json::is_utf8("\xF4\x90\x80\x80"));
  CHECK_FALSE(onebot::json::is_utf8("\xC0\x80"));
  CHECK_FALSE(onebot::json::is_utf8("\xE0\x9F\xBF"));
}

TEST_CASE("values of every kind survive writing and reading") {
  const Value value = Fields{{"null", Value{}},
                             {"yes", true},
                             {"int", std::int64_t{-1}},
                             {"big", std::uint64_t{18446744073709551615ULL}},
                             {"real", 0.5},
                             {"text", "t"},
                             {"list", List{Value(1), Value("2"), List{}}},
                             {"object", Fields{{"a.b", Fields{}}}}};
  const std::string json = write(value);

  CHECK(json == R"({"null":null,"yes":true,"int":-1,"big":18446744073709551615,"real":0.5,"text":"t",)"
                R"("list":[1,"2",[]],"object":{"a.b":{}}})");
  CHECK(round_trip(json) == json);
}

TEST_CASE("members are told in the order written") {
  const auto document = Document::parse(R"({"b":1,"a":2,"c":3})");
  REQUIRE(document);

  std::string names;
  document->root().members([&](std::string_view name, View) { names += name; });

  CHECK(names == "bac");
}
