// LogWriter: a reader that does not read stops nobody.

#include "bridge/process/log_writer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <string>
#include <unistd.h>

using bridge::LogWriter;
using namespace std::chrono_literals;

namespace {

// A pipe; what is read from it, until something has come or the other side has closed.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  void close_writing() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  bool wait_for_bytes() const {
    pollfd ready{.fd = ends[0], .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 10'000) == 1;
  }
  bool read_until(std::string_view part, std::chrono::milliseconds limit = 10'000ms) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (text.find(part) == std::string::npos && std::chrono::steady_clock::now() < end) {
      pollfd ready{.fd = ends[0], .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 100) <= 0) continue;
      char bytes[65536];
      const ssize_t size = ::read(ends[0], bytes, sizeof bytes);
      if (size <= 0) break;
      text.append(bytes, static_cast<std::size_t>(size));
    }
    return text.find(part) != std::string::npos;
  }
  int ends[2] = {-1, -1};
  std::string text;
};

std::string gap(std::uint64_t lines) { return "left out " + std::to_string(lines) + "\n"; }

}  // namespace

TEST_CASE("lines come out in order, all of them by the end") {
  Pipe pipe;
  {
    LogWriter writer(pipe.ends[1], gap);
    for (int i = 0; i < 100; ++i) CHECK(writer.write("line " + std::to_string(i) + "\n"));
  }
  REQUIRE(pipe.read_until("line 99\n"));
  CHECK(pipe.text.starts_with("line 0\nline 1\n"));
}

TEST_CASE("a pipe that nobody reads blocks no writer; what is left out is counted, and told when lines flow again") {
  Pipe pipe;
  LogWriter writer(pipe.ends[1], gap);
  const std::string line = std::string(999, 'x') + "\n";
  writer.write(std::string(300'000, 'x') + "\n");  // more than the pipe holds
  REQUIRE(pipe.wait_for_bytes());                  // so the thread is in the midst of it, and takes nothing more
  const auto begin = std::chrono::steady_clock::now();
  int refused = 0;
  for (int i = 0; i < 3000; ++i) refused += writer.write(line) ? 0 : 1;

  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(refused > 500);
  CHECK(refused < 2500);
  CHECK(pipe.read_until("left out " + std::to_string(refused) + "\n"));
  CHECK(writer.write("after\n"));
  CHECK(pipe.read_until("after\n"));
}

TEST_CASE("the end waits a moment for a reader that does not read, not for ever") {
  Pipe pipe;
  const auto begin = std::chrono::steady_clock::now();
  {
    LogWriter writer(pipe.ends[1], gap);
    writer.write(std::string(300'000, 'x'));
  }
  const auto lasted = std::chrono::steady_clock::now() - begin;
  CHECK(lasted >= LogWriter::kFarewell);
  CHECK(lasted < LogWriter::kFarewell + 5s);
  CHECK(pipe.read_until("xxx"));
}
