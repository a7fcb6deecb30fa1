// Stream: its states, and its bounds. The carrier is played, time is turned by hand.

#include "bridge/net/stream.h"

#include "tests/fakes_loop.h"
#include "tests/unit/net/wire.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using bridge::net::Stream;
using bridge::net::Streams;
using bridge::net::StreamUser;
using State = Stream::State;
using sockets::Wire;
using namespace std::chrono_literals;

namespace {

constexpr State kStates[] = {State::opening, State::open, State::finishing, State::shut, State::dying, State::gone};

struct User : StreamUser {
  void on_bytes(std::string_view bytes) override { heard += bytes; }
  void on_writable() override {
    ++writable;
    if (writes) writes();
  }
  void on_gone(std::string_view reason) override { gone.emplace_back(reason); }
  std::function<void()> writes;
  std::string heard;
  int writable = 0;
  std::vector<std::string> gone;
};

struct World {
  explicit World(Stream::Again again = Stream::Again::from_anywhere) {
    auto carrier = std::make_unique<Wire>();
    wire = carrier.get();
    stream->carry(std::move(carrier), again);
    stream->set_user(user);
  }
  void write(std::string_view bytes) {
    user->writes = [this, bytes] { stream->write(bytes); };
    stream->ask_writable();
    stream->ready();
    user->writes = nullptr;
  }
  fakes::Loop loop;
  Streams home{{.waiting = 100, .stalled = 1000ms}};
  std::shared_ptr<User> user = std::make_shared<User>();
  std::shared_ptr<Stream> stream = home.make(loop);
  Wire* wire = nullptr;
};

}  // namespace

TEST_CASE("a stream never goes back, never opens twice, and is gone once") {
  for (const State from : kStates) {
    CHECK_FALSE(Stream::follows(from, from));
    CHECK_FALSE(Stream::follows(State::gone, from));
    for (const State to : kStates) CHECK_FALSE((to < from && Stream::follows(from, to)));
  }
  CHECK_FALSE(Stream::follows(State::opening, State::finishing));
  CHECK_FALSE(Stream::follows(State::open, State::shut));
  CHECK(Stream::follows(State::opening, State::gone));
  CHECK(Stream::follows(State::finishing, State::shut));
}

TEST_CASE("a transition that does not follow changes nothing") {
  World world;
  world.stream->ready();
  world.stream->received("early");
  CHECK(world.stream->state() == State::opening);
  world.stream->opened();
  world.stream->kill("enough");
  REQUIRE(world.stream->state() == State::dying);

  world.stream->opened();
  world.stream->finish();
  world.stream->kill("again");
  world.stream->received("late");
  world.stream->ready();

  CHECK(world.stream->state() == State::dying);
  CHECK(world.wire->cuts == 1);
  CHECK(world.wire->shuts == 0);
  CHECK(world.user->heard.empty());
  CHECK(world.user->writable == 0);
}

TEST_CASE("why a stream was killed is what its user hears, once, whatever the carrier says") {
  World world;
  world.stream->opened();
  world.stream->kill("it took too long");
  CHECK(world.user->gone.empty());

  world.stream->lost("connection lost");
  world.stream->lost("connection lost");

  CHECK(world.user->gone == std::vector<std::string>{"it took too long"});
  CHECK(world.stream->state() == State::gone);
  CHECK(world.home.size() == 0);
}

TEST_CASE("a polite end writes what waits, closes our half, and does not wait for ever for theirs") {
  World world;
  world.stream->opened();
  world.wire->room = 3;
  world.write("goodbye");
  world.stream->finish();
  CHECK(world.wire->shuts == 0);
  CHECK(world.wire->wish.writing);

  world.wire->room = 100;
  world.stream->ready();
  CHECK(world.wire->taken == "goodbye");
  CHECK(world.wire->shuts == 1);
  CHECK(world.stream->state() == State::shut);
  world.stream->received("whatever");
  CHECK(world.wire->cuts == 0);

  world.loop.advance(2s);
  CHECK(world.wire->cuts == 1);
  world.stream->lost("connection lost");
  CHECK(world.user->gone.empty());
  CHECK(world.user->heard.empty());
}

TEST_CASE("a user is asked to write only when it wanted to, and all before is with the kernel") {
  World world;
  world.stream->ask_writable();
  world.stream->opened();
  CHECK(world.wire->wish.writing);
  world.wire->room = 2;
  world.write("abc");
  CHECK(world.user->writable == 1);

  world.stream->ask_writable();
  world.stream->ready();
  CHECK(world.user->writable == 1);
  world.wire->room = 100;
  world.stream->ready();
  CHECK(world.user->writable == 2);
  world.stream->ready();
  CHECK(world.user->writable == 2);
  CHECK_FALSE(world.wire->wish.writing);
}

TEST_CASE("a stream that is held reads nothing until it is let go") {
  World world;
  world.stream->opened();
  world.stream->hold(true);
  CHECK_FALSE(world.wire->wish.reading);
  world.stream->hold(false);
  CHECK(world.wire->wish.reading);
}

TEST_CASE("more than the bound waiting to be read by the other side ends the connection, and says so") {
  for (const auto again : {Stream::Again::from_anywhere, Stream::Again::from_the_same_place}) {
    World world(again);
    world.stream->opened();
    world.wire->room = 0;
    world.write(std::string(100, 'a'));
    CHECK(world.stream->state() == State::open);

    world.stream->write("b");

    CHECK(world.stream->state() == State::dying);
    world.stream->lost("connection lost");
    REQUIRE(world.user->gone.size() == 1);
    CHECK(world.user->gone[0] == "more than 100 bytes wait to be read by the other side");
  }
}

TEST_CASE("a stream whose other side takes nothing ends in time, one that takes a little does not") {
  World world;
  world.stream->opened();
  world.wire->room = 0;
  world.write("0123456789");
  for (int i = 0; i < 5; ++i) {
    world.loop.advance(900ms);
    world.wire->room = 1;
    world.stream->ready();
  }
  CHECK(world.stream->state() == State::open);
  world.loop.advance(999ms);
  CHECK(world.stream->state() == State::open);

  world.loop.advance(1ms);

  CHECK(world.stream->state() == State::dying);
  world.stream->lost("connection lost");
  CHECK(world.user->gone.at(0) == "the other side has read nothing for 1000ms, and more waits");
}

TEST_CASE("a stream that has nothing to write may be silent for ever") {
  World world;
  world.stream->opened();
  world.wire->room = 5;
  world.write("0123456789");
  world.wire->room = 100;
  world.stream->ready();
  world.loop.advance(1h);
  CHECK(world.stream->state() == State::open);
}

TEST_CASE("a write that breaks ends the connection") {
  World world;
  world.stream->opened();
  world.wire->broken = true;
  world.write("x");
  CHECK(world.stream->state() == State::dying);
}

TEST_CASE("a stream that is abandoned tells nobody, and leaves no timer behind") {
  World world;
  world.stream->opened();
  world.wire->room = 0;
  world.write("x");
  CHECK(world.loop.timers() == 1);
  world.stream->abandon();
  CHECK(world.loop.timers() == 0);
  CHECK(world.user->gone.empty());
  CHECK(world.stream->state() == State::gone);
}
