#include "bridge/net/chunked_body.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using bridge::net::ChunkedBody;
using State = ChunkedBody::State;

namespace {

// The body of bytes that come in pieces of this size, behind it "|" and what follows; else how it failed.
std::string read(std::string_view bytes, std::size_t piece) {
  ChunkedBody body(100);
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const State state = body.next(part);
    if (state == State::done) return body.take() + "|" + std::string(part) + std::string(bytes);
    if (state == State::broken) return "broken";
    if (state == State::too_long) return "too long";
    if (state == State::beyond) return "beyond";
  }
  return "more";
}

std::string read(std::string_view bytes) {
  const std::string whole = read(bytes, bytes.size());
  CHECK(read(bytes, 1) == whole);
  return whole;
}

}  // namespace

TEST_CASE("chunks are one body, and what follows is left for the next request") {
  CHECK(read("0\r\n\r\n") == "|");
  CHECK(read("3\r\nabc\r\n0\r\n\r\nGET /") == "abc|GET /");
  CHECK(read("1\r\na\r\n00A\r\n0123456789\r\n0\r\n\r\n") == "a0123456789|");
  CHECK(read("2\r\n\r\n\r\n0\r\n\r\n") == "\r\n|");
}

TEST_CASE("extensions and trailers are read over") {
  CHECK(read("3;name=value\r\nabc\r\n0;last\r\nX-Sum: 1\r\nY: 2\r\n\r\nrest") == "abc|rest");
}

TEST_CASE("what could be read in two ways is broken") {
  for (const std::string_view bytes :
       {"3\nabc\n0\n\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "-1\r\n", "+3\r\nabc\r\n", "0x3\r\nabc\r\n",
        " 3\r\nabc\r\n", "3 \r\nabc\r\n", "\r\n", ";x\r\n", "g\r\n", "11111111111111111\r\n"}) {
    CAPTURE(bytes);
    CHECK(read(bytes) == "broken");
  }
}

TEST_CASE("a chunk beyond the limit is known before its bytes come") {
  CHECK(read("65\r\n") == "too long");
  CHECK(read("64\r\n" + std::string(100, 'a') + "\r\n1\r\n") == "too long");
  CHECK(read("4000001\r\n") == "beyond");
  CHECK(read("ffffffffffffffff\r\n") == "beyond");
}

TEST_CASE("a body beyond the limit may be read on, piece by piece, until it is beyond all measure") {
  ChunkedBody body(100);
  std::string_view bytes =
      "64\r\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n"
      "3\r\nabc\r\n0\r\n\r\nGET /";
  CHECK(body.next(bytes) == State::too_long);
  CHECK(body.take().size() == 100);
  CHECK(body.next(bytes) == State::done);
  CHECK(body.take() == "abc");
  CHECK(bytes == "GET /");

  ChunkedBody endless(100);
  bytes = "3ffffff\r\n";
  CHECK(endless.next(bytes) == State::too_long);
  const std::string part(1 << 20, 'x');
  for (int i = 0; i < 63; ++i) {
    bytes = part;
    CHECK(endless.next(bytes) == State::more);
    CHECK(endless.take().size() == part.size());
  }
  bytes = std::string_view(part).substr(1);
  CHECK(endless.next(bytes) == State::more);
  bytes = "\r\n2\r\n";
  CHECK(endless.next(bytes) == State::beyond);
}

TEST_CASE("lines, extensions and trailers are bounded") {
  CHECK(read(std::string(5'000, '0')) == "broken");
  CHECK(read("0\r\n" + std::string(5'000, 'x')) == "broken");
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "X: " + std::string(200, 'x') + "\r\n";
  CHECK(read(trailers + "\r\n") == "broken");
}
