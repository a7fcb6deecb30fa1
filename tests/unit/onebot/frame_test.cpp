#include "onebot/frame.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <string>

namespace frame = onebot::frame;

namespace {

std::string head(frame::Opcode opcode, std::size_t size) {
  std::string out;
  frame::append_head(out, opcode, size);
  return out;
}

}  // namespace

TEST_CASE("a frame's head has the shortest length that holds its size") {
  CHECK(head(frame::Opcode::text, 0) == std::string("\x81\x00", 2));
  CHECK(head(frame::Opcode::text, 125) == "\x81\x7d");
  CHECK(head(frame::Opcode::text, 126) == std::string("\x81\x7e\x00\x7e", 4));
  CHECK(head(frame::Opcode::text, 65535) == "\x81\x7e\xff\xff");
  CHECK(head(frame::Opcode::text, 65536) == std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
  CHECK(head(frame::Opcode::binary, 1) == "\x82\x01");
  CHECK(head(frame::Opcode::ping, 1) == "\x89\x01");
}

TEST_CASE("the size of a head is known before it is made") {
  for (const std::size_t size : {0UL, 125UL, 126UL, 65535UL, 65536UL, 1UL << 40}) {
    CHECK(head(frame::Opcode::text, size).size() == frame::header_size(size));
    CHECK(frame::header_size(size) <= frame::kMaxHeader);
  }
}

TEST_CASE("frames of every size stand one behind the other") {
  std::string frames;
  const std::string middle(300, 'm'), large(70'000, 'l');
  frame::append_text(frames, "a");
  frame::append_text(frames, middle);
  frame::append(frames, frame::Opcode::ping, "p");
  frame::append_text(frames, large);

  const auto payloads = fakes::payloads(frames);

  REQUIRE(payloads.size() == 4);
  CHECK(payloads[0] == "a");
  CHECK(payloads[1] == middle);
  CHECK(payloads[2] == "ping:p");
  CHECK(payloads[3] == large);
}
