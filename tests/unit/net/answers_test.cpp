// Whether a client has its answer: what its kernel has is not yet its own.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string>
#include <unistd.h>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
constexpr std::string_view kAskOnce = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

// The answer is with the client's kernel, and unread.
void wait_for_answer(World& world, const Raw& raw) {
  char first = 0;
  REQUIRE(world.until([&] { return ::recv(raw.fd, &first, 1, MSG_PEEK) == 1; }));
  turn(
      world.loop, [] { return false; }, 50ms);
}

void ask(World& world, Raw& raw) {
  raw.text.clear();
  raw.send(kAsk);
  REQUIRE(world.until([&] { return raw.has("got"); }));
}

}  // namespace

TEST_CASE("a client that asks again on its connection has the answer, and not before") {
  World world;
  Raw raw(world.port);
  raw.send(kAsk);
  wait_for_answer(world, raw);
  CHECK(world.http.had == 0);

  raw.send(kAsk);

  CHECK(world.until([&] { return world.http.had == 1; }));
  CHECK(world.http.lost == 0);
}

TEST_CASE("a client that closes in order behind all of the answer has it, or was killed") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
  }

  CHECK(world.until([&] { return world.http.ended == 1; }));
  CHECK(world.http.lost == 0);
}

TEST_CASE("a client that dies with the answer unread in its kernel does not have it") {
  for (const std::string_view ask : {kAsk, kAskOnce}) {
    CAPTURE(ask);
    World world;
    {
      Raw raw(world.port);
      raw.send(ask);
      wait_for_answer(world, raw);
    }

    CHECK(world.until([&] { return world.http.lost == 1; }));
    CHECK(world.http.had == 0);
  }
}

TEST_CASE("a client that has asked again before and ends without it may have died: it does not have the last answer") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
    ask(world, raw);
  }

  CHECK(world.until([&] { return world.http.lost == 1; }));
  CHECK(world.http.had == 1);
}

TEST_CASE("a client that resets its connection does not have the answer") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(raw.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  CHECK(world.until([&] { return world.http.lost == 1; }));
  CHECK(world.http.had == 0);
}

TEST_CASE("a client that reads to the end of its connection comes there, and has the answer") {
  World world;
  Raw raw(world.port);
  raw.send(kAskOnce);

  CHECK(world.until([&] { return raw.has("got") && raw.ended; }));
  CHECK(world.http.had == 1);
}

TEST_CASE("an answer that nothing is known of can be asked about") {
  World world;
  Raw raw(world.port);
  raw.send("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  REQUIRE(world.until([&] { return world.http.kept.size() == 1; }));
  io::Exchange& exchange = *world.http.kept[0];
  CHECK(exchange.acknowledged() == std::nullopt);
  exchange.answer({200, {}, "late"}, [](io::Receipt) {});

  CHECK(world.until([&] { return exchange.acknowledged() == true; }));
  ask(world, raw);
  CHECK(exchange.acknowledged() == std::nullopt);
}

TEST_CASE("a request says who sent it") {
  World world;
  const Raw raw(world.port);
  raw.send(kAsk);
  REQUIRE(world.until([&] { return world.http.requests.size() == 1; }));
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ::getsockname(raw.fd, reinterpret_cast<sockaddr*>(&own), &size);

  CHECK(world.http.requests[0].remote == "127.0.0.1:" + std::to_string(ntohs(own.sin_port)));
}

// --- answers out of files ---

namespace {

// A file that the process may remove while it is read.
struct Served {
  explicit Served(const std::string& bytes) {
    std::array<char, 32> name{"/tmp/onebridge-answer-XXXXXX"};
    const int fd = ::mkstemp(name.data());
    REQUIRE(fd >= 0);
    path = name.data();
    REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(fd);
  }
  ~Served() { ::unlink(path.c_str()); }
  std::string path;
};

std::string patterned(std::size_t size) {
  std::string bytes(size, ' ');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i / 4'096 % 26);
  return bytes;
}

// Asks for what the test then answers.
void begin(World& world, const Raw& raw, std::string_view method) {
  raw.send(fmt::format("{} /slow HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", method));
  REQUIRE(world.until([&] { return world.http.kept.size() == 1; }));
}

void read_to_end(World& world, Raw& raw) {
  REQUIRE(world.until([&] {
    raw.read();
    return raw.ended;
  }));
}

}  // namespace

TEST_CASE("an answer's file is sent behind its body, piece by piece, whatever becomes of its name") {
  const std::string bytes = patterned(20 << 20);  // more than a kernel keeps
  World world;
  Raw raw(world.port);
  begin(world, raw, "GET");
  {
    const Served file(bytes);
    world.http.kept[0]->answer({.body = "first ", .file = io::FilePart{file.path, 5, bytes.size() - 10}});
  }

  read_to_end(world, raw);
  CHECK(raw.has(fmt::format("Content-Length: {}\r\n", bytes.size() - 10 + 6)));
  CHECK(raw.text.substr(raw.text.find("\r\n\r\n") + 4) == "first " + bytes.substr(5, bytes.size() - 10));
}

TEST_CASE("HEAD says how long an answer with a file is, and nothing of the file is sent") {
  const Served file("0123456789");
  World world;
  Raw raw(world.port);
  begin(world, raw, "HEAD");
  world.http.kept[0]->answer({.file = io::FilePart{file.path, 0, 10}});

  read_to_end(world, raw);
  CHECK(raw.has("Content-Length: 10\r\n"));
  CHECK(raw.text.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer whose file is not there, or shorter than its part, is 500") {
  const Served file("0123456789");
  for (const io::FilePart& part : {io::FilePart{file.path + "x", 0, 1}, io::FilePart{file.path, 5, 6}}) {
    CAPTURE(part.path);
    World world;
    Raw raw(world.port);
    begin(world, raw, "GET");
    world.http.kept[0]->answer({.file = part});

    read_to_end(world, raw);
    CHECK(raw.text.starts_with("HTTP/1.1 500 "));
    CHECK_FALSE(raw.has(file.path));
  }
}

TEST_CASE("a file that becomes shorter while it is sent ends the connection, and nothing else is sent in its place") {
  const Served file(patterned(20 << 20));
  World world;
  Raw raw(world.port);
  begin(world, raw, "GET");
  world.http.kept[0]->answer({.file = io::FilePart{file.path, 0, 20 << 20}});
  REQUIRE(::truncate(file.path.c_str(), 1 << 20) == 0);

  read_to_end(world, raw);
  CHECK(raw.text.size() < 20 << 20);
}
