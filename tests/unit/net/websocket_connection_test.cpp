// WebSocketConnection: its states, over a stream whose carrier is played. Time is turned by hand.

#include "bridge/net/websocket_connection.h"

#include "bridge/net/http_response.h"
#include "tests/fakes_loop.h"
#include "tests/unit/net/sockets.h"
#include "tests/unit/net/wire.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using bridge::net::ClientUpgrade;
using bridge::net::SocketUrl;
using bridge::net::Stream;
using bridge::net::Streams;
using bridge::net::WebSocketConnection;
using sockets::Peer;
using sockets::Wire;
using Role = WebSocketConnection::Role;
using State = WebSocketConnection::State;
namespace io = onebot::io;
using namespace std::chrono_literals;

namespace {

constexpr State kStates[] = {State::opening, State::open,      State::closing,
                             State::waiting, State::answering, State::gone};
constexpr std::string_view kMasked = std::string_view("\x88\x82\0\0\0\0\x03\xe8", 8);  // a client's close, 1000

// A connection over a wire, and the peer on it.
struct Link {
  explicit Link(Role role) {
    auto carrier = std::make_unique<Wire>();
    wire = carrier.get();
    stream->carry(std::move(carrier), Stream::Again::from_anywhere);
    connection = std::make_shared<WebSocketConnection>(loop, stream, role, 1 << 20);
    stream->set_user(connection);
    if (role == Role::client) peer.socket = connection->handle();  // a server's is given to its service
  }
  // Dialed, and answered.
  void open_as_client() {
    connection->begin(peer, *ClientUpgrade::make(SocketUrl{.host = "h", .port = 1, .path = "/", .origin = "h:1"}, {}),
                      "h:1", 5s);
    stream->opened();
    stream->ready();
    const auto at = wire->taken.find("Sec-WebSocket-Key: ") + 19;
    stream->received(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
        bridge::net::websocket_accept(wire->taken.substr(at, 24)) + "\r\n\r\n");
    stream->ready();
    wire->taken.clear();
  }
  fakes::Loop loop;
  Streams home{{.waiting = 1000, .stalled = 90s}};
  std::shared_ptr<Stream> stream = home.make(loop);
  Wire* wire = nullptr;
  std::shared_ptr<WebSocketConnection> connection;
  Peer peer;
};

// Takes every upgrade with the one peer that it has.
struct Service : io::WebSocketService {
  explicit Service(Link& in) : link(in) {}
  std::optional<io::HttpResponse> refuse(const io::HttpRequest&) override { return std::nullopt; }
  io::WebSocketPeer* accept(const io::HttpRequest&, std::unique_ptr<io::WebSocket> socket) override {
    if (closes) socket->close(4001, "not now");
    if (drops) socket.reset();
    link.peer.socket = std::move(socket);
    return &link.peer;
  }
  Link& link;
  bool closes = false, drops = false;
};

}  // namespace

TEST_CASE("a WebSocket never opens twice, never reads on after it answered a close, and is gone once") {
  for (const State from : kStates) {
    CHECK_FALSE(WebSocketConnection::follows(from, from));
    CHECK_FALSE(WebSocketConnection::follows(from, State::opening));
    CHECK_FALSE(WebSocketConnection::follows(State::gone, from));
    CHECK(WebSocketConnection::follows(from, State::gone) == (from != State::gone));
    CHECK(WebSocketConnection::follows(from, State::open) == (from == State::opening));
  }
  CHECK_FALSE(WebSocketConnection::follows(State::answering, State::waiting));
  CHECK_FALSE(WebSocketConnection::follows(State::waiting, State::closing));
  CHECK_FALSE(WebSocketConnection::follows(State::opening, State::waiting));
}

TEST_CASE("a service that closes while it accepts has its close frame sent behind the welcome") {
  Link link(Role::server);
  Service service(link);
  service.closes = true;
  link.stream->opened();
  link.connection->begin(service, {}, "WELCOME", "");
  link.stream->ready();
  CHECK(link.wire->taken == "WELCOME");
  link.stream->ready();
  CHECK(link.wire->taken == std::string("WELCOME\x88\x09\x0f\xa1not now"));
  CHECK_FALSE(link.peer.opened);
  CHECK_FALSE(link.peer.closed);

  link.stream->received(kMasked);

  CHECK(link.peer.close_code == 4001);
  CHECK(link.stream->state() == Stream::State::finishing);
}

TEST_CASE("a service that drops its socket while it accepts hears nothing of the peer that it names") {
  Link link(Role::server);
  Service service(link);
  service.drops = true;
  link.stream->opened();
  link.connection->begin(service, {}, "WELCOME", "");
  link.stream->ready();
  link.stream->ready();
  link.stream->received(kMasked);
  link.stream->lost("connection lost");

  CHECK_FALSE(link.peer.opened);
  CHECK_FALSE(link.peer.closed);
}

TEST_CASE("a close is sent once, however often it is asked for, and the first one counts") {
  Link link(Role::client);
  link.open_as_client();
  REQUIRE(link.peer.opened);
  link.peer.socket->close(4000, "a");
  link.peer.socket->close(4002, "b");
  link.stream->ready();
  const std::size_t size = link.wire->taken.size();
  CHECK(size == 2 + 4 + 3);
  link.peer.socket->close(4003, "c");
  link.peer.send("unheard");
  link.stream->ready();
  CHECK(link.wire->taken.size() == size);

  link.stream->received(std::string_view("\x81\x01x\x88\x02\x03\xe8", 7));

  CHECK(link.peer.texts.empty());
  CHECK(link.peer.close_code == 4000);
}

TEST_CASE("a close that is not answered ends after two seconds") {
  Link link(Role::client);
  link.open_as_client();
  link.peer.socket->close(4000, "a");
  link.stream->ready();
  link.loop.advance(1999ms);
  CHECK(link.wire->cuts == 0);
  link.loop.advance(1ms);
  CHECK(link.wire->cuts == 1);
  link.stream->lost("connection lost");
  CHECK(link.peer.close_code == 4000);
}

TEST_CASE("a cut WebSocket ends without a close frame, and each side hears of it as of a lost network") {
  for (const Role role : {Role::client, Role::server}) {
    Link link(role);
    Service service(link);
    if (role == Role::client) {
      link.open_as_client();
    } else {
      link.stream->opened();
      link.connection->begin(service, {}, "", "");
      link.stream->ready();
    }
    REQUIRE(link.peer.opened);
    link.peer.send("unsaid");
    link.peer.socket->cut();
    CHECK_FALSE(link.peer.closed);
    link.stream->ready();
    link.stream->lost("connection lost");

    CHECK(link.wire->taken.empty());
    CHECK(link.wire->cuts == 1);
    CHECK(link.peer.close_code == 1006);
  }
}

TEST_CASE("a WebSocket that is cut and dropped writes nothing more, and nobody hears of it") {
  Link link(Role::client);
  link.open_as_client();
  link.peer.socket->cut();
  link.peer.socket.reset();
  link.stream->ready();
  link.stream->lost("connection lost");
  link.loop.advance(3s);

  CHECK(link.wire->taken.empty());
  CHECK_FALSE(link.peer.closed);
}

TEST_CASE("a server that does not read is closed with 1006 and the reason, so that it is dialed anew") {
  Link silent(Role::client), flooded(Role::client);
  for (Link* link : {&silent, &flooded}) {
    link->open_as_client();
    link->wire->room = 0;
    link->peer.send(std::string(link == &flooded ? 2000 : 100, 'x'));
    link->stream->ready();
  }
  CHECK(flooded.wire->cuts == 1);
  CHECK(silent.wire->cuts == 0);
  silent.loop.advance(90s);
  CHECK(silent.wire->cuts == 1);
  for (Link* link : {&silent, &flooded}) link->stream->lost("connection lost");

  CHECK(silent.peer.close_code == 1006);
  CHECK(silent.peer.reason == "the other side has read nothing for 90000ms, and more waits");
  CHECK(flooded.peer.close_code == 1006);
  CHECK(flooded.peer.reason == "more than 1000 bytes wait to be read by the other side");
}

TEST_CASE("a dialed WebSocket that is not answered in time is told once, and its timer is gone") {
  Link link(Role::client);
  link.connection->begin(
      link.peer, *ClientUpgrade::make(SocketUrl{.host = "h", .port = 1, .path = "/", .origin = "h:1"}, {}), "h:1", 5s);
  link.stream->opened();
  link.stream->ready();
  link.loop.advance(5s);

  CHECK(link.peer.close_code == 1006);
  CHECK(link.peer.reason == "no WebSocket from h:1 in time");
  CHECK(link.stream->state() == Stream::State::finishing);
}

TEST_CASE("a text that is not UTF-8 goes on with who takes it, and ends the connection of who does not") {
  const std::string_view bytes("\x81\x02x\xff\x81\x01y", 7);
  Link taken(Role::client), not_taken(Role::client);
  for (Link* link : {&taken, &not_taken}) link->open_as_client();
  taken.peer.goes_on = true;

  for (Link* link : {&taken, &not_taken}) {
    link->stream->received(bytes);
    link->stream->ready();
  }

  CHECK(taken.peer.broken_texts == std::vector<std::string>{"x\xff"});
  CHECK(taken.peer.texts == std::vector<std::string>{"y"});
  CHECK(taken.peer.faults.empty());
  CHECK_FALSE(taken.peer.closed);
  CHECK(not_taken.peer.close_code == 1007);
  CHECK(not_taken.peer.reason == "text that is not UTF-8");
  CHECK(not_taken.peer.faults == std::vector<std::string>{"text that is not UTF-8"});
  CHECK(not_taken.peer.texts.empty());
}

TEST_CASE("a peer is told of a close of its own side for what came, and of no other close") {
  Link broken(Role::client), theirs(Role::client);
  for (Link* link : {&broken, &theirs}) link->open_as_client();

  broken.stream->received(std::string_view("\xc1\x01x", 3));
  theirs.stream->received(std::string_view("\x88\x04\x0f\xa9x\xff", 6));  // 4009, and words that are not UTF-8
  for (Link* link : {&broken, &theirs}) link->stream->ready();

  CHECK(broken.peer.faults == std::vector<std::string>{"reserved bits without an extension"});
  CHECK(broken.peer.close_code == 1002);
  CHECK(theirs.peer.faults.empty());
  CHECK(theirs.peer.close_code == 4009);
  CHECK(theirs.peer.reason.empty());
}
