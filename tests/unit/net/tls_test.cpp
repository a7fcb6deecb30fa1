// TLS, both ways: what we serve, what we dial, and whom we refuse to talk to.

#include "tests/unit/net/certificates.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <memory>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

// A TLS server for `names`, and a client that trusts `ca_file`.
struct Secured {
  explicit Secured(const std::string& names, bool trusted = true) : files(authority.issue(names)) {
    const auto listening = server.listen(
        {.port = 0, .tls_cert = files.certificate, .tls_key = files.key, .max_body = 4 << 20}, &http, &websocket);
    REQUIRE(listening);
    port = *listening;
    client = std::make_unique<bridge::net::Client>(loop, trusted ? authority.ca_file() : "");
  }
  std::string at(std::string_view scheme, std::string_view host = "localhost") const {
    return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(port) + "/";
  }
  void dial(Peer& peer, std::string_view host = "localhost") {
    peer.socket = client->connect({.url = at("wss", host)}, peer);
    CHECK(turn(loop, [&] { return peer.opened || peer.closed; }));
  }
  certificates::Authority authority;
  certificates::Files files;
  bridge::net::Loop loop;
  Echo http;
  Sockets websocket;
  bridge::net::Server server{loop, {}};
  std::unique_ptr<bridge::net::Client> client;
  int port = 0;
};

// Whether a client that knows TLS 1.2 and these suites alone finds one that a server with this certificate takes.
bool agree(const certificates::Files& files, const char* suites) {
  bridge::net::Loop loop;
  Echo http;
  bridge::net::Server server{loop, {}};
  const auto port = server.listen({.port = 0, .tls_cert = files.certificate, .tls_key = files.key}, &http, nullptr);
  REQUIRE(port);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  REQUIRE(SSL_CTX_set_cipher_list(context.get(), suites) == 1);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  Raw raw(*port);
  SSL_set_fd(tls.get(), raw.fd);
  int done = 0;
  turn(loop, [&] {
    done = SSL_connect(tls.get());
    const int why = SSL_get_error(tls.get(), done);
    return done == 1 || (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE);
  });
  return done == 1;
}

}  // namespace

TEST_CASE("over TLS 1.2 nothing is agreed on that has no forward secrecy") {
  certificates::Authority authority;
  const auto elliptic = authority.issue("DNS:localhost"), rsa = authority.issue_rsa("DNS:localhost");
  CHECK(agree(elliptic, "ECDHE-ECDSA-AES128-GCM-SHA256"));
  CHECK(agree(rsa, "ECDHE-RSA-CHACHA20-POLY1305"));
  CHECK_FALSE(agree(rsa, "AES128-GCM-SHA256"));
  CHECK_FALSE(agree(rsa, "AES256-SHA"));
  CHECK_FALSE(agree(elliptic, "ECDHE-ECDSA-AES128-SHA"));
}

TEST_CASE("a WebSocket over TLS opens, and carries large messages both ways") {
  Secured world("DNS:localhost");
  Peer peer;
  world.dial(peer);
  REQUIRE(peer.opened);
  Peer& served = *world.websocket.peers.at(0);

  const std::string large(1 << 20, 'x');
  peer.send(large);
  served.send(large);
  served.send("after");

  CHECK(turn(world.loop, [&] { return served.texts.size() == 1 && peer.texts.size() == 2; }));
  CHECK(served.texts[0] == large);
  CHECK(peer.texts[0] == large);
  CHECK(peer.texts[1] == "after");
}

TEST_CASE("a WebSocket over TLS that was held hears the rest without a further byte from the server") {
  Secured world("DNS:localhost");
  Peer peer;
  world.dial(peer);
  REQUIRE(peer.opened);
  Peer& served = *world.websocket.peers.at(0);

  peer.heard = [&] { peer.socket->hold(true); };
  served.send("one");
  served.send("two");
  served.send("three");
  REQUIRE(turn(world.loop, [&] { return peer.texts.size() == 1; }));
  peer.heard = nullptr;
  peer.socket->hold(false);

  CHECK(turn(world.loop, [&] { return peer.texts.size() == 3; }));
}

TEST_CASE("a server whose authority is not trusted, or whose name is another, is not dialed") {
  Secured stranger("DNS:localhost", false);
  Peer untrusted;
  stranger.dial(untrusted);
  CHECK_FALSE(untrusted.opened);
  CHECK(untrusted.close_code == 1006);

  Secured other("DNS:example.test");
  Peer misnamed;
  other.dial(misnamed);
  CHECK_FALSE(misnamed.opened);

  Secured numbered("IP:127.0.0.1");
  Peer named_right;
  numbered.dial(named_right, "127.0.0.1");
  CHECK(named_right.opened);
}

TEST_CASE("an HTTPS request is verified in the same way") {
  const auto fetch = [](Secured& world) {
    std::optional<onebot::Result<io::HttpResponse>> got;
    const auto owner = world.client->send({.url = world.at("https")}, [&](auto result) { got = std::move(result); });
    CHECK(turn(world.loop, [&] { return got.has_value(); }));
    return got && *got;
  };
  Secured good("DNS:localhost"), stranger("DNS:localhost", false), misnamed("DNS:example.test");

  CHECK(fetch(good));
  CHECK_FALSE(fetch(stranger));
  CHECK_FALSE(fetch(misnamed));
}

TEST_CASE("plain bytes at a TLS port end the connection, and cost nobody else") {
  Secured world("DNS:localhost");
  Raw raw(world.port);
  raw.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(turn(world.loop, [&] { return raw.read(), raw.ended; }));

  Peer peer;
  world.dial(peer);
  CHECK(peer.opened);
}
