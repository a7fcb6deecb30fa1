#include "adapters/kit/simulator/socket.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using kit::simulator::Socket;
using kit::simulator::Sockets;

namespace {

class Echo;
class Echoes final : public onebot::io::WebSocketService {
 public:
  explicit Echoes(onebot::io::Loop& loop) : sockets(loop) {}
  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest&) override { return std::nullopt; }
  onebot::io::WebSocketPeer* accept(const onebot::io::HttpRequest&,
                                    std::unique_ptr<onebot::io::WebSocket> socket) override;
  Sockets<Echo> sockets;
};

class Echo final : public onebot::io::WebSocketPeer {
 public:
  Echo(Echoes& echoes, std::unique_ptr<onebot::io::WebSocket> given) : socket(std::move(given)), echoes_(echoes) {}
  void on_text(std::string_view text) override { socket.text(text); }
  void on_binary(std::string_view bytes) override { socket.binary(bytes); }
  std::string_view next_frames() override { return socket.take(); }
  void on_close(int, std::string_view, int) override { echoes_.sockets.ended(*this); }

  Socket socket;

 private:
  Echoes& echoes_;
};

onebot::io::WebSocketPeer* Echoes::accept(const onebot::io::HttpRequest&,
                                          std::unique_ptr<onebot::io::WebSocket> socket) {
  return sockets.add(std::make_unique<Echo>(*this, std::move(socket)));
}

struct Hall {
  fakes::World world;
  Echoes echoes{world.loop};
  Hall() { REQUIRE(world.server.listen({}, nullptr, &echoes).has_value()); }
  std::shared_ptr<fakes::Link> connect() { return world.server.connect({}); }
  void say(fakes::Link& link, std::string_view text) {
    link.text(text);
    world.loop.run();
  }
};

}  // namespace

TEST_CASE("what is said on a socket is written in order, text and bytes") {
  Hall hall;
  const auto link = hall.connect();

  hall.say(*link, "one");
  link->binary("two");
  hall.world.loop.run();

  CHECK(link->received == std::vector<std::string>{"one", "binary:two"});
}

TEST_CASE("what waits while the other side does not read is written when it does") {
  Hall hall;
  const auto link = hall.connect();
  link->reading = false;
  hall.say(*link, "one");
  hall.say(*link, "two");
  CHECK(link->received.empty());

  link->reading = true;
  link->pump();

  CHECK(link->received == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a mute socket says nothing and stays open; other ones go on") {
  Hall hall;
  const auto mute = hall.connect(), other = hall.connect();
  mute->reading = false;
  hall.say(*mute, "before");
  hall.echoes.sockets.all().front()->socket.mute();
  mute->reading = true;
  mute->pump();

  hall.say(*mute, "after");
  hall.say(*other, "hello");

  CHECK(mute->received.empty());
  CHECK(mute->closed_with == 0);
  CHECK(other->received == std::vector<std::string>{"hello"});
}

TEST_CASE("a socket that is closed with 1006, which no frame can say, is cut") {
  Hall hall;
  const auto link = hall.connect();
  hall.echoes.sockets.all().front()->socket.close(1006, "asked for");
  hall.world.loop.advance(1ms);

  CHECK(hall.echoes.sockets.empty());
  CHECK(link->closed_with == 1006);
}

TEST_CASE("connections that are closed by either side are gone with the next turn of the loop") {
  Hall hall;
  const auto ours = hall.connect(), theirs = hall.connect();
  hall.echoes.sockets.all().front()->socket.close(4000, "asked for");
  theirs->close(1001);

  CHECK(hall.echoes.sockets.size() == 1);
  hall.world.loop.advance(1ms);
  CHECK(hall.echoes.sockets.empty());
  CHECK(ours->closed_with == 4000);
}
