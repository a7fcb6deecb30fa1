// Which addresses a request that must stay public may go to, and that it does.

#include "bridge/net/public_address.h"

#include "bridge/net/url.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

using namespace sockets;

namespace {

bool is_public(const std::string& text) {
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    return bridge::net::is_public(reinterpret_cast<const sockaddr&>(six));
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  REQUIRE(inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1);
  return bridge::net::is_public(reinterpret_cast<const sockaddr&>(four));
}

}  // namespace

TEST_CASE("addresses of this machine, of networks around it and of nobody are not public") {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.9",
                              "224.0.0.1",
                              "239.255.255.250",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::7f00:1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::7f00:1",
                              "64:ff9b::a9fe:a9fe",
                              "64:ff9b:1::1",
                              "2002:7f00:1::",
                              "2002:a00:1::1",
                              "2001::1",
                              "2001:db8::1",
                              "3fff::1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "4000::1"}) {
    CAPTURE(address);
    CHECK_FALSE(is_public(address));
  }
}

TEST_CASE("addresses next to those are public") {
  for (const char* address : {"1.1.1.1",          "9.255.255.255",   "11.0.0.1",
                              "100.63.255.255",   "100.128.0.1",     "126.0.0.1",
                              "128.0.0.1",        "169.253.0.1",     "172.15.0.1",
                              "172.32.0.1",       "192.167.0.1",     "192.169.0.1",
                              "198.17.0.1",       "198.20.0.1",      "223.255.255.254",
                              "2606:4700::1111",  "2a00::1",         "::ffff:8.8.8.8",
                              "64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888"}) {
    CAPTURE(address);
    CHECK(is_public(address));
  }
  CHECK_FALSE(bridge::net::is_public(sockaddr{.sa_family = AF_UNIX, .sa_data = {}}));
}

TEST_CASE("a request that must stay public opens no connection to loopback, however it is written") {
  World world;
  const std::string port = ":" + std::to_string(world.port) + "/";
  for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0x7f000001", "2130706433", "127.1",
                           "0", "10.0.0.1", "169.254.169.254"}) {
    CAPTURE(host);
    const auto answer = world.fetch({.url = "http://" + (host + port), .public_only = true});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == onebot::Retcode::not_public);
  }
  CHECK(world.http.requests.empty());
}

TEST_CASE("a request that must stay public does not take the connection of one that need not") {
  World world;
  REQUIRE(world.fetch({.url = world.url("/")}));

  CHECK_FALSE(world.fetch({.url = world.url("/"), .public_only = true}));

  CHECK(world.http.requests.size() == 1);
  CHECK(world.fetch({.url = world.url("/")}));
}

TEST_CASE("a request that must stay public uses no proxy of the environment") {
  World world;
  RawServer proxy;
  setenv("http_proxy", proxy.url("http").c_str(), 1);
  const auto answer = world.fetch({.url = world.url("/"), .public_only = true});
  unsetenv("http_proxy");

  CHECK_FALSE(answer);
  CHECK_FALSE(proxy.accept());
}

TEST_CASE("a redirect leads to http and https alone, and is relative to where it came from") {
  using bridge::net::follow;
  CHECK(follow("http://h/a/b?x=1", "c") == "http://h/a/c");
  CHECK(follow("http://h/a/b", "/c?y") == "http://h/c?y");
  CHECK(follow("https://h/a", "//g/d") == "https://g/d");
  CHECK(follow("http://h/a", "https://g:8443/d") == "https://g:8443/d");
  CHECK_FALSE(follow("http://h/a", "file:///etc/passwd"));
  CHECK_FALSE(follow("http://h/a", "gopher://h/"));
  CHECK(bridge::net::origin_of("https://h/a") == "https://h:443");
  CHECK(bridge::net::origin_of("http://h:80/") == bridge::net::origin_of("http://h"));
  CHECK(bridge::net::origin_of("ftp://h/").empty());
}
