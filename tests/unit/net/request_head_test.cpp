// What parse_head takes and refuses.

#include "bridge/net/request_head.h"

#include <doctest/doctest.h>

using bridge::net::parse_head;

namespace {

int status(const std::string& head) {
  const auto read = parse_head(head);
  return read ? 200 : read.error().status;
}

std::string with(const std::string& headers) { return "POST / HTTP/1.1\r\nHost: x\r\n" + headers; }

}  // namespace

TEST_CASE("a head gives the method, the decoded path, the raw query and every header") {
  const auto head = parse_head(
      "PUT /a%20b/%E4%BD%A0?x=%20&y HTTP/1.1\r\nHost: h\r\nX-One:  1 \r\nx-empty:\r\nContent-Length: 12\r\n");

  REQUIRE(head);
  CHECK(head->request.method == "PUT");
  CHECK(head->request.url == "/a b/\xE4\xBD\xA0");
  CHECK(head->request.query == "x=%20&y");
  CHECK(onebot::io::header(head->request.headers, "x-one") == "1");
  CHECK(onebot::io::header(head->request.headers, "X-Empty") == "");
  CHECK(head->length == 12);
  CHECK(head->keep_alive);
}

TEST_CASE("an absolute target is its path, a star itself") {
  CHECK(parse_head("GET http://host:1/p?q HTTP/1.1\r\nHost: h\r\n")->request.url == "/p");
  CHECK(parse_head("GET http://host HTTP/1.1\r\nHost: h\r\n")->request.url == "/");
  CHECK(parse_head("OPTIONS * HTTP/1.1\r\nHost: h\r\n")->request.url == "*");
}

TEST_CASE("keep-alive follows the version and the Connection header") {
  CHECK_FALSE(parse_head("GET / HTTP/1.0\r\n")->keep_alive);
  CHECK_FALSE(parse_head("GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n")->keep_alive);
  CHECK(parse_head("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n")->keep_alive);
}

TEST_CASE("an upgrade is asked for by a token, in any case") {
  CHECK(parse_head("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c, WebSocket\r\n")->upgrades);
  CHECK_FALSE(parse_head("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\n")->upgrades);
}

TEST_CASE("lengths that could be read in two ways are refused") {
  CHECK(status(with("Content-Length: 3\r\n")) == 200);
  CHECK(status(with("Content-Length: 3\r\nContent-Length: 3\r\n")) == 400);
  CHECK(status(with("Content-Length: 3, 3\r\n")) == 400);
  CHECK(status(with("Content-Length: -1\r\n")) == 400);
  CHECK(status(with("Content-Length: +1\r\n")) == 400);
  CHECK(status(with("Content-Length: 0x10\r\n")) == 400);
  CHECK(status(with("Content-Length: 1 2\r\n")) == 400);
  CHECK(status(with("Content-Length:\r\n")) == 400);
  CHECK(status(with("Content-Length: 99999999999999999999999\r\n")) == 400);
  CHECK(status(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(status(with("Transfer-Encoding: gzip, chunked\r\n")) == 501);
  CHECK(status(with("transfer-encoding: identity\r\n")) == 501);
  CHECK(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(status(with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")) == 400);
}

TEST_CASE("a body comes with a length, in chunks, or not at all") {
  const auto length = parse_head(with("Content-Length: 3\r\n"));
  const auto chunks = parse_head(with("Transfer-Encoding: Chunked\r\n"));
  const auto none = parse_head(with("A: b\r\n"));

  REQUIRE((length && chunks && none));
  CHECK((!length->chunked && length->length == 3 && has_body(*length)));
  CHECK((chunks->chunked && has_body(*chunks)));
  CHECK_FALSE(has_body(*none));
}

TEST_CASE("what is not a head is refused") {
  CHECK(status("") == 400);
  CHECK(status("\x16\x03\x01\x02") == 400);
  CHECK(status("GET /\r\n") == 400);
  CHECK(status("GET  HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET / a HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("G(T / HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET relative HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET /%zz HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET /%00 HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET /%4 HTTP/1.1\r\nHost: h\r\n") == 400);
  CHECK(status("GET / HTTP/2.0\r\n") == 505);
  CHECK(status("PRI * HTTP/2.0\r\n") == 505);
  CHECK(status(with("no colon\r\n")) == 400);
  CHECK(status(with(": nameless\r\n")) == 400);
  CHECK(status(with("Space : before\r\n")) == 400);
  CHECK(status(with("A: 1\r\n folded\r\n")) == 400);
  CHECK(status(with("A: bare\nB: line\r\n")) == 400);
  CHECK(status(with(std::string("A: nul\0\r\n", 9))) == 400);
}

TEST_CASE("too many headers are refused") {
  std::string many;
  for (int i = 0; i < 101; ++i) many += "A: 1\r\n";
  CHECK(status(with(many)) == 431);
}
