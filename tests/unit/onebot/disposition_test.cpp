#include "onebot/disposition.h"

#include <doctest/doctest.h>

namespace {

std::string name(std::string value) { return onebot::io::file_name_of({{"content-disposition", std::move(value)}}); }

}  // namespace

TEST_CASE("a download's name is read from a word, from quotes, and from the extended form before both") {
  CHECK(name("attachment; filename=report.pdf") == "report.pdf");
  CHECK(name(R"(attachment;FileName = "a; \"b\".txt" ; x=1)") == R"(a; "b".txt)");
  CHECK(name("attachment; filename=\"\xe6\x8a\xa5\xe5\x91\x8a.pdf\"") ==
        "\xe6\x8a\xa5\xe5\x91\x8a.pdf");  // as it is, in UTF-8
  CHECK(name("inline; filename=plain.txt; filename*=UTF-8''%e2%82%ac%20rates.txt") == "\xe2\x82\xac rates.txt");
  CHECK(name("inline; filename*=utf-8'en'a%2Bb+c; filename=plain.txt") == "a+b+c");
}

TEST_CASE("a name that cannot be read is none, and the plain one then counts") {
  CHECK(name("attachment").empty());
  CHECK(name("attachment; filename").empty());
  CHECK(name("attachment; filename=\"\xff\xfe.txt\"").empty());
  CHECK(name("attachment; filename*=latin1''a.txt").empty());
  for (const char* bad : {"UTF-8''%zz", "UTF-8''%e2%82", "UTF-8''%e", "UTF-8", "UTF-8'en", "''x"}) {
    CAPTURE(bad);
    CHECK(name(std::string("attachment; filename*=") + bad + "; filename=plain.txt") == "plain.txt");
  }
  CHECK(onebot::io::file_name_of({}).empty());
}
