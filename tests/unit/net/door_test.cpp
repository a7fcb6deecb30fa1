// Who may come in: by which Host, from which Origin.

#include "bridge/net/door.h"

#include "tests/fakes.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <string>

using bridge::net::parse_head;
using bridge::net::turned_away;
using namespace sockets;

namespace {

// Why a GET with these headers is turned away; "" when it is not, "400" when it is no request at all.
std::string reason(const std::string& headers, const io::Address& address = {}, const std::string& target = "/") {
  const auto head = parse_head("GET " + target + " HTTP/1.1\r\n" + headers);
  if (!head) return std::to_string(head.error().status);
  const auto away = turned_away(*head, address);
  return away ? std::string(away->reason) : "";
}
std::string host(const std::string& name, const io::Address& address = {}) {
  return reason("Host: " + name + "\r\n", address);
}
std::string page(const std::string& origin, const std::string& called = "127.0.0.1:6700",
                 const io::Address& address = {}) {
  return reason("Host: " + called + "\r\nOrigin: " + origin + "\r\n", address);
}

const io::Address kNamed{.hosts = {"bridge.example.com"}};

}  // namespace

TEST_CASE("a listener answers to IP addresses, to localhost, and to the names it was given") {
  for (const char* name : {"127.0.0.1", "127.0.0.1:6700", "10.1.2.3:1", "[::1]", "[::1]:6700", "localhost",
                           "LocalHost:65535", "localhost.", "127.0.0.1:"}) {
    CAPTURE(name);
    CHECK(host(name) == "");
  }
  for (const char* name : {"evil.example", "rebind.evil.example:6700", "127.0.0.1.evil.example",
                           "localhost.evil.example", "xlocalhost", "bridge.example.com", "0x7f.1"}) {
    CAPTURE(name);
    CHECK(host(name) == "host");
  }
  CHECK(host("Bridge.Example.com:443", kNamed) == "");
  CHECK(host("sub.bridge.example.com", kNamed) == "host");
  CHECK(host("whatever.example", {.any_host = true}) == "");
}

TEST_CASE("a request without a Host, with two, or with what is none is no request, wherever it comes") {
  const io::Address any{.any_host = true};
  for (const io::Address& address : {io::Address{}, any}) {
    CHECK(reason("", address) == "400");
    CHECK(reason("Host: localhost\r\nHost: localhost\r\n", address) == "400");
    for (const char* name : {"", "a b", "user@localhost", "localhost:x", "localhost:0", "localhost:65536", "[::1",
                             "[localhost]", "::1", "a/b", "localhost:80:80", "[::1]x", "\xE4\xBD\xA0"}) {
      CAPTURE(name);
      CHECK(host(name, address) == "400");
    }
  }
  CHECK(parse_head("GET / HTTP/1.0\r\n"));
}

TEST_CASE("what an absolute target names counts, not the Host beside it") {
  CHECK(reason("Host: localhost\r\n", {}, "http://evil.example/") == "host");
  CHECK(reason("Host: evil.example\r\n", {}, "http://localhost/") == "");
  CHECK(reason("Host: localhost\r\n", {}, "http://user@localhost/") == "400");
}

TEST_CASE("a page of another site is turned away, the listener's own address and given names are not") {
  CHECK(page("http://127.0.0.1:6700") == "");
  CHECK(page("ws://127.0.0.1:6700") == "");
  CHECK(page("http://localhost:6700", "LOCALHOST:6700") == "");
  CHECK(page("https://localhost", "localhost") == "");
  CHECK(page("http://localhost:80", "localhost") == "");
  CHECK(page("https://[::1]:6700", "[::1]:6700") == "");
  for (const char* origin : {"null", "http://evil.example", "https://evil.example:6700", "http://127.0.0.1:3000",
                             "http://localhost:6700", "http://127.0.0.1", "file://", "chrome-extension://abc", "",
                             "127.0.0.1:6700", "http://127.0.0.1:6700/x", "http://u@127.0.0.1:6700"}) {
    CAPTURE(origin);
    CHECK(page(origin) == "origin");
  }
  CHECK(page("https://bridge.example.com", "127.0.0.1:6700", kNamed) == "");
  CHECK(page("https://bridge.example.com:8443", "bridge.example.com", kNamed) == "");
  CHECK(page("https://other.example.com", "bridge.example.com", kNamed) == "origin");
  CHECK(page("http://evil.example", "evil.example", {.any_host = true}) == "");
}

TEST_CASE("one good Origin does not hide a second") {
  CHECK(reason("Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n") == "origin");
}

TEST_CASE("what a page of another site asks for without Origin is known by Sec-Fetch-Site") {
  CHECK(reason("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n") == "origin");
  CHECK(reason("Host: localhost\r\nSec-Fetch-Site: same-site\r\n") == "origin");
  CHECK(reason("Host: localhost\r\nSec-Fetch-Site: same-origin\r\n") == "");
  CHECK(reason("Host: localhost\r\nSec-Fetch-Site: none\r\n") == "");
  CHECK(reason("Host: localhost\r\nOrigin: https://bridge.example.com\r\nSec-Fetch-Site: cross-site\r\n", kNamed) ==
        "");
}

TEST_CASE("a web page opens no WebSocket and reads no page; each refusal is told and counted") {
  World world;

  Raw socket(world.port), request(world.port), rebound(world.port);
  socket.send(std::string(kUpgrade) + "Origin: https://evil.example\r\n\r\n");
  request.send("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n");
  rebound.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");

  REQUIRE(world.until([&] {
    socket.read(), request.read(), rebound.read();
    return socket.ended && request.ended && rebound.ended;
  }));
  CHECK(socket.status() == 403);
  CHECK(socket.has("add its host to \"hosts\""));
  CHECK(request.status() == 403);
  CHECK(rebound.status() == 403);
  CHECK(rebound.has("add \"evil.example\" to \"hosts\""));
  CHECK(world.websocket.peers.empty());
  CHECK(world.http.requests.empty());
  CHECK(world.log.counters["requests_refused origin"] == 2);
  CHECK(world.log.counters["requests_refused host"] == 1);
  CHECK(world.log.contains("origin=\"https://evil.example\""));
}
