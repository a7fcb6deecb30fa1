// WebSockets that we dial: the handshake, what a server may do wrong, and what a peer may do in between.

#include "bridge/net/frame_reader.h"
#include "bridge/net/http_response.h"
#include "bridge/net/request_head.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <set>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

// A dialed peer, and the server's end of its connection once it is there.
struct Dialed {
  explicit Dialed(World& in, io::HttpRequest request = {}) : world(in) {
    if (request.url.empty()) request.url = server.url("ws");
    peer.socket = world.client.connect(std::move(request), peer);
  }
  bool arrive() {
    return world.until([&] { return end || (end = server.accept()); }) &&
           world.until([&] { return end->has("\r\n\r\n"); });
  }
  std::string key() const {
    const auto at = end->text.find("Sec-WebSocket-Key: ") + 19;
    return end->text.substr(at, end->text.find("\r\n", at) - at);
  }
  void welcome(std::string_view more = "") const {
    end->send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + std::string(more) +
              "Sec-WebSocket-Accept: " + bridge::net::websocket_accept(key()) + "\r\n\r\n");
  }
  bool open() {
    if (!arrive()) return false;
    welcome();
    end->text.clear();
    return world.until([&] { return peer.opened; });
  }
  World& world;
  RawServer server;
  std::unique_ptr<Raw> end;
  Peer peer;
};

std::string unmasked(int first_byte, std::string_view payload) {
  std::string out;
  onebot::frame::append_text(out, payload);
  out[0] = static_cast<char>(first_byte);
  return out;
}

}  // namespace

TEST_CASE("the path, the query and the headers of a handshake are those that were given") {
  World world;
  RawServer server;
  Peer peer;
  peer.socket = world.client.connect({.url = server.url("ws", "/a%20b/?x=1&y=%2F"),
                                      .headers = {{"User-Agent", "OneBot/12 (mock) Go-LibOneBot/1.0.0"},
                                                  {"Authorization", "Bearer t0"},
                                                  {"Sec-WebSocket-Protocol", "12.onebridge"}}},
                                     peer);
  std::unique_ptr<Raw> end;
  REQUIRE(world.until([&] { return end || (end = server.accept()); }));
  REQUIRE(world.until([&] { return end->has("\r\n\r\n"); }));

  CHECK(end->text.starts_with("GET /a%20b/?x=1&y=%2F HTTP/1.1\r\n"));
  CHECK(end->has("\r\nHost: 127.0.0.1:" + std::to_string(server.port) + "\r\n"));
  const auto head = bridge::net::parse_head(std::string_view(end->text).substr(0, end->text.size() - 2));
  REQUIRE(head);
  CHECK(io::header(head->request.headers, "User-Agent") == "OneBot/12 (mock) Go-LibOneBot/1.0.0");
  CHECK(io::header(head->request.headers, "Authorization") == "Bearer t0");
  CHECK(io::header(head->request.headers, "Sec-WebSocket-Protocol") == "12.onebridge");
}

TEST_CASE("a subprotocol may be selected or not, but not one that was not offered") {
  World world;
  for (const auto& [selected, opens] :
       {std::pair<std::string, bool>{"", true}, {"12.onebridge", true}, {"13.other", false}}) {
    CAPTURE(selected);
    Dialed dialed(world, {.headers = {{"Sec-WebSocket-Protocol", "12.onebridge"}}});
    REQUIRE(dialed.arrive());
    dialed.welcome(selected.empty() ? "" : "Sec-WebSocket-Protocol: " + selected + "\r\n");

    REQUIRE(world.until([&] { return dialed.peer.opened || dialed.peer.closed; }));
    CHECK(dialed.peer.opened == opens);
  }
}

TEST_CASE("an answer that does not prove the upgrade never opens") {
  World world;
  for (const std::string& answer :
       {std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"),
        std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("\0\0\0\0\r\n\r\n", 8)}) {
    CAPTURE(answer);
    Dialed dialed(world, {.timeout = 1000ms});
    REQUIRE(dialed.arrive());
    dialed.end->send(answer);

    REQUIRE(world.until([&] { return dialed.peer.closed; }));
    CHECK_FALSE(dialed.peer.opened);
  }
}

TEST_CASE("a refused upgrade tells its status and its headers, and a redirect is not followed") {
  World world;
  for (const int status : {200, 302, 401, 403, 404, 503}) {
    CAPTURE(status);
    Dialed dialed(world);
    REQUIRE(dialed.arrive());
    dialed.end->send("HTTP/1.1 " + std::to_string(status) +
                     " X\r\nContent-Length: 0\r\nLocation: ws://127.0.0.1:1/\r\n\r\n");

    REQUIRE(world.until([&] { return dialed.peer.closed; }));
    CHECK_FALSE(dialed.peer.opened);
    CHECK(dialed.peer.http_status == status);
    CHECK(io::header(dialed.peer.refusal, "location") == "ws://127.0.0.1:1/");
  }
}

TEST_CASE("a server that does not answer the handshake is given up in time") {
  World world;
  Dialed silent(world, {.timeout = 300ms});
  const auto begin = world.loop.now();

  REQUIRE(world.until([&] { return silent.peer.closed; }));

  CHECK(world.loop.now() - begin < 2s);
  CHECK(silent.peer.http_status == 0);
  CHECK(turns(world.loop) < 50);
}

TEST_CASE("a server that hangs up in the handshake ends it") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.arrive());
  dialed.end.reset();
  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK_FALSE(dialed.peer.opened);
}

TEST_CASE("a URL that cannot be dialed is told to on_close, later and without its secrets") {
  World world;
  for (const std::string& url :
       {std::string("http://127.0.0.1/"), std::string("ws://"), std::string("ws://h:0/"), std::string("ws://h:99999/"),
        std::string("ws://h:12x/"), std::string("ws://h/a b"), "ws://127.0.0.1/?token=s3cret" + std::string(2000, 'x'),
        "ws://" + std::string(200, 'h') + "/?token=s3cret"}) {
    CAPTURE(url);
    Peer peer;
    peer.socket = world.client.connect({.url = url}, peer);
    CHECK_FALSE(peer.closed);

    REQUIRE(world.until([&] { return peer.closed; }));
    CHECK(peer.close_code == 1006);
    CHECK_FALSE(peer.reason.empty());
    CHECK(peer.reason.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("a header with a line break is refused, not sent") {
  World world;
  Dialed dialed(world, {.headers = {{"Authorization", "Bearer x\r\nX-More: y"}}});
  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK_FALSE(dialed.server.accept());
}

TEST_CASE("a name that does not exist is told to on_close") {
  World world;
  Peer peer;
  peer.socket = world.client.connect({.url = "ws://does-not-exist.invalid/"}, peer);
  CHECK(turn(
      world.loop, [&] { return peer.closed; }, 20s));
}

TEST_CASE("localhost is dialed address after address") {
  World world;
  Peer peer;
  peer.socket = world.client.connect({.url = "ws://localhost:" + std::to_string(world.port) + "/"}, peer);
  CHECK(world.until([&] { return peer.opened; }));
}

TEST_CASE("closing while dialing ends with on_close, dropping with nothing") {
  World world;
  Dialed closing(world), dropping(world);
  closing.peer.socket->close(1001, "changed my mind");
  dropping.peer.socket.reset();

  REQUIRE(world.until([&] { return closing.peer.closed; }));
  CHECK(closing.peer.close_code == 1001);

  Dialed late(world), later(world);
  REQUIRE(late.arrive());
  REQUIRE(later.arrive());
  late.peer.socket->close(1001, "");
  later.peer.socket.reset();
  REQUIRE(world.until([&] { return late.peer.closed; }));
  later.welcome();
  CHECK(world.until([&] { return late.end->read(), later.end->read(), late.end->ended && later.end->ended; }));
  CHECK_FALSE(dropping.peer.closed);
  CHECK_FALSE(later.peer.opened);
  CHECK_FALSE(later.peer.closed);
}

TEST_CASE("every frame goes out masked, with a key of its own") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  for (int i = 0; i < 500; ++i) onebot::frame::append_text(dialed.peer.outbox, "frame " + std::to_string(i));
  onebot::frame::append_text(dialed.peer.outbox, std::string(70'000, 'w'));
  dialed.peer.socket->wake();
  REQUIRE(world.until([&] { return dialed.end->read().size() >= 70'000 + 500 * 13; }));

  bridge::net::FrameReader reader(1 << 20);
  std::set<std::string> keys;
  std::string_view bytes = dialed.end->text;
  for (int i = 0; i < 500; ++i) {
    keys.emplace(bytes.substr(2, 4));
    const auto item = reader.next(bytes);
    REQUIRE(item.kind == bridge::net::FrameReader::Kind::text);
    CHECK(item.payload == "frame " + std::to_string(i));
  }
  CHECK(reader.next(bytes).payload == std::string(70'000, 'w'));
  CHECK(keys.size() == 500);
}

TEST_CASE("a ping of the server is answered, its close echoed") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.end->send(unmasked(0x89, "are you there"));
  REQUIRE(world.until([&] { return dialed.end->read().size() >= 19; }));
  CHECK(static_cast<unsigned char>(dialed.end->text[0]) == 0x8a);

  dialed.end->text.clear();
  dialed.end->send(unmasked(0x88, std::string("\x0f\xa4") + "log in again"));

  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK(dialed.peer.close_code == 4004);
  CHECK(dialed.peer.reason == "log in again");
}

TEST_CASE("what a server fragments arrives whole, with pings in between") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  const std::string half(100'000, 'h');
  dialed.end->send(unmasked(0x01, half) + unmasked(0x89, "p") + unmasked(0x00, "") + unmasked(0x80, "end") +
                   unmasked(0x82, "\xff\xfe"));

  REQUIRE(world.until([&] { return dialed.peer.texts.size() == 1 && dialed.peer.binaries.size() == 1; }));
  CHECK(dialed.peer.texts[0] == half + "end");
  CHECK(dialed.peer.binaries[0] == "\xff\xfe");
}

TEST_CASE("text of a server that is not UTF-8 ends the connection unheard") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.end->send(unmasked(0x81, "\xc3\x28"));
  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK(dialed.peer.texts.empty());
}

TEST_CASE("a server that breaks the protocol ends the connection, and costs no turn of the loop") {
  World world;
  for (const std::string& bytes : {unmasked(0x83, "x"), unmasked(0xc1, "x"), unmasked(0x80, "x"), unmasked(0x09, "x"),
                                   unmasked(0x89, std::string(200, 'p')), unmasked(0x01, "x") + unmasked(0x81, "y"),
                                   std::string("\x81\x7f") + std::string(8, '\xff')}) {
    CAPTURE(bytes);
    Dialed dialed(world);
    REQUIRE(dialed.open());
    dialed.end->send(bytes + unmasked(0x81, std::string(3000, 'r')));

    CHECK(world.until([&] { return dialed.peer.closed; }));
    CHECK(dialed.peer.texts.empty());
    CHECK(turns(world.loop) < 50);
  }
}

TEST_CASE("a message announced beyond the limit is refused long before it has come") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.end->send(std::string("\x82\x7f\0\0\0\0\x40\0\0\0", 10) + std::string(100'000, 'x'));

  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK(dialed.peer.close_code == 1009);
  CHECK(turns(world.loop) < 50);
}

TEST_CASE("a message of a server beyond the limit is read over when the peer wants to go on") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.peer.goes_on = true;
  std::string bytes = std::string("\x82\x7f\0\0\0\0\x01\x10\0\0", 10) + std::string(17 << 20, 'x') + "\x81\x04next";

  std::string_view left = bytes;
  REQUIRE(world.until([&] {
    const ssize_t sent = ::send(dialed.end->fd, left.data(), left.size(), MSG_NOSIGNAL);
    left.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    return !dialed.peer.texts.empty();
  }));
  CHECK(dialed.peer.texts.at(0) == "next");
  CHECK(dialed.peer.binaries.empty());
  CHECK(dialed.peer.too_long == 1);
}

TEST_CASE("a server that ends without a close frame is 1006") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.end.reset();
  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK(dialed.peer.close_code == 1006);
}

TEST_CASE("a close that the server never answers ends anyway") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.peer.socket->close(4000, "bye");
  REQUIRE(world.until([&] { return dialed.peer.closed; }));
  CHECK(dialed.peer.close_code == 4000);
}

TEST_CASE("a server that never reads stops a client's writing, and costs no turn of the loop") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  int taken = 0;
  for (; taken < 400 && dialed.peer.outbox.empty(); ++taken) {
    dialed.peer.send(std::string(60'000, 'z'));
    turn(
        world.loop, [&] { return dialed.peer.outbox.empty(); }, 50ms);
  }
  CHECK(taken < 400);
  dialed.end->send(unmasked(0x89, "p"));
  dialed.end->send(unmasked(0x81, "x"));
  CHECK(turns(world.loop) < 50);
}

TEST_CASE("a dialed socket may be dropped while it hears a message") {
  World world;
  Dialed dialed(world);
  REQUIRE(dialed.open());
  dialed.peer.heard = [&] { dialed.peer.socket.reset(); };
  dialed.end->send(unmasked(0x81, "one") + unmasked(0x81, "two"));
  CHECK(world.until([&] { return dialed.end->read(), !dialed.end->text.empty(); }));
  CHECK(dialed.peer.texts.size() == 1);
  CHECK_FALSE(dialed.peer.closed);
}
