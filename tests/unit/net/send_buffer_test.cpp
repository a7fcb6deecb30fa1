// SendBuffer: every byte once and in order, whatever the kernel takes of it.

#include "bridge/net/send_buffer.h"

#include "bridge/net/memory.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

using bridge::net::SendBuffer;
using Flow = SendBuffer::Flow;

namespace {

// A kernel that takes so many bytes, and then none until it is given more room.
struct Kernel {
  std::optional<std::size_t> operator()(std::string_view bytes) {
    if (broken) return std::nullopt;
    const std::size_t size = std::min({bytes.size(), room, piece});
    taken.append(bytes.substr(0, size));
    offers.push_back(bytes.data());
    room -= size;
    return size;
  }
  std::size_t room = 0;
  std::size_t piece = 1 << 20;  // most of one offer
  bool broken = false;
  std::string taken{};
  std::vector<const char*> offers{};
};

}  // namespace

TEST_CASE("what a kernel takes at once is never kept") {
  SendBuffer buffer(10);
  Kernel kernel{.room = 1000, .piece = 7};

  CHECK(buffer.pass("longer than the bound of the buffer", std::ref(kernel)) == Flow::empty);
  CHECK(kernel.taken == "longer than the bound of the buffer");
  CHECK(buffer.empty());
}

TEST_CASE("what it does not take is offered again, in order and once, however it takes it") {
  std::string all;
  for (int i = 0; i < 2000; ++i) all += std::to_string(i) + ' ';
  for (const std::size_t piece : {1UL, 3UL, 64UL, 5000UL}) {
    CAPTURE(piece);
    SendBuffer buffer(1 << 20);
    Kernel kernel{.piece = piece};
    std::size_t at = 0;
    for (std::size_t step = 1; at < all.size(); step = step * 7 % 97) {
      const std::string_view part = std::string_view(all).substr(at, step);
      at += part.size();
      kernel.room = step % 5 * 11;
      CHECK(buffer.pass(part, std::ref(kernel)) != Flow::broken);
      kernel.room = step % 3 * 13;
      CHECK(buffer.drain(std::ref(kernel)) != Flow::broken);
      CHECK(kernel.taken.size() + buffer.size() == at);
    }
    kernel.room = all.size();

    CHECK(buffer.drain(std::ref(kernel)) == Flow::empty);
    CHECK(kernel.taken == all);
    CHECK(buffer.passed() == all.size());
  }
}

TEST_CASE("bytes that were refused are offered from the same place, whatever is kept behind them") {
  SendBuffer buffer(1 << 20);
  Kernel kernel;
  buffer.keep("first");
  CHECK(buffer.drain(std::ref(kernel)) == Flow::waiting);

  for (int i = 0; i < 100; ++i) buffer.keep(std::string(1000, 'x'));
  CHECK(buffer.drain(std::ref(kernel)) == Flow::waiting);

  REQUIRE(kernel.offers.size() == 2);
  CHECK(kernel.offers[0] == kernel.offers[1]);
}

TEST_CASE("more than the bound is refused as a whole, and what waits is untouched") {
  SendBuffer buffer(10);
  Kernel kernel;
  CHECK(buffer.keep("12345678") == Flow::waiting);

  CHECK(buffer.keep("abc") == Flow::full);
  CHECK(buffer.pass("abc", std::ref(kernel)) == Flow::full);
  CHECK(buffer.keep("90") == Flow::waiting);

  kernel.room = 100;
  CHECK(buffer.drain(std::ref(kernel)) == Flow::empty);
  CHECK(kernel.taken == "1234567890");
  CHECK(buffer.keep("0123456789") == Flow::waiting);
}

TEST_CASE("a broken connection is told at once, from either place") {
  SendBuffer buffer(10);
  Kernel kernel{.broken = true};
  CHECK(buffer.pass("x", std::ref(kernel)) == Flow::broken);
  buffer.keep("y");
  CHECK(buffer.drain(std::ref(kernel)) == Flow::broken);
}

TEST_CASE("released memory is given back, which an assignment of an empty text does not do") {
  std::string text(100'000, 'x');
  bridge::net::release(text);
  CHECK(text.empty());
  CHECK(bridge::net::memory_of(text) == 0);
}
