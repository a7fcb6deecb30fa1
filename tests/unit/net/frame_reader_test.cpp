// What FrameReader makes of a client's bytes.

#include "bridge/net/frame_reader.h"

#include "bridge/net/mask.h"
#include "onebot/frame.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using bridge::net::FrameReader;
using Kind = FrameReader::Kind;

namespace {

std::string frame(int first_byte, std::string_view payload) {
  std::string plain, out;
  onebot::frame::append_head(plain, onebot::frame::Opcode::text, payload.size());
  plain[0] = static_cast<char>(first_byte);
  plain += payload;
  bridge::net::append_masked(out, plain);
  return out;
}

struct Heard {
  Kind kind = Kind::none;
  std::string payload{};
  int code = 0;
  bool operator==(const Heard&) const = default;
};

// Everything read, with the bytes cut into pieces of one size.
std::vector<Heard> read(std::string_view bytes, std::size_t piece = 1 << 20, std::size_t max = 1 << 16) {
  FrameReader reader(max);
  std::vector<Heard> out;
  std::string passed;  // of a message that is too long
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      const auto item = reader.next(part);
      const bool passes = item.kind == Kind::long_text || item.kind == Kind::long_binary;
      if (passes) passed += item.payload;
      if (passes && item.last) out.push_back({item.kind, std::exchange(passed, {}), item.code});
      if (!passes && item.kind != Kind::none) out.push_back({item.kind, std::string(item.payload), item.code});
      if (item.kind == Kind::broken) return out;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("messages come out whole, however their bytes are cut and fragmented") {
  const std::string large(40'000, 'L');
  const std::string bytes = frame(0x81, "") + frame(0x81, "h\xC3\xA9llo") + frame(0x01, "one ") + frame(0x89, "ping") +
                            frame(0x00, "two ") + frame(0x80, "three") + frame(0x82, large) + frame(0x8a, "");
  const std::vector<Heard> expected = {{Kind::text, "", 0},      {Kind::text, "h\xC3\xA9llo", 0},
                                       {Kind::ping, "ping", 0},  {Kind::text, "one two three", 0},
                                       {Kind::binary, large, 0}, {Kind::pong, "", 0}};
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 1000UL, 1UL << 20}) {
    CAPTURE(piece);
    CHECK(read(bytes, piece) == expected);
  }
}

TEST_CASE("a fragment may split a character, a message may not") {
  CHECK(read(frame(0x01, "\xC3") + frame(0x80, "\xA9")) == std::vector<Heard>{{Kind::text, "\xC3\xA9", 0}});
  CHECK(read(frame(0x81, "\xC3")).back().code == 1007);
}

TEST_CASE("a text that is not UTF-8 is handed out as it is, with the code it deserves, and the next one is heard") {
  CHECK(read(frame(0x81, "a\xff") + frame(0x81, "b")) ==
        std::vector<Heard>{{Kind::broken_text, "a\xff", 1007}, {Kind::text, "b", 0}});
}

TEST_CASE("each broken frame names the close code it deserves") {
  const std::string masked = frame(0x81, "x");
  std::string huge = std::string("\x81\xff") + std::string(8, '\x7f') + "keys";
  std::string gibibyte = std::string("\x82\xff\0\0\0\0\x40\0\0\0", 10) + "keys";
  const std::pair<std::string, int> cases[] = {
      {std::string("\x81\x01x", 3), 1002},                  // not masked
      {frame(0xc1, "x"), 1002},                             // a reserved bit
      {frame(0x83, "x"), 1002},                             // unknown data
      {frame(0x8b, "x"), 1002},                             // unknown control
      {frame(0x09, "x"), 1002},                             // a ping in pieces
      {frame(0x89, std::string(126, 'p')), 1002},           // a long ping
      {frame(0x80, "x"), 1002},                             // the rest of nothing
      {frame(0x01, "x") + frame(0x81, "y"), 1002},          // a message within a message
      {frame(0x88, "x"), 1002},                             // half a close code
      {frame(0x88, std::string("\x03\xed", 2)), 1002},      // 1005
      {frame(0x88, std::string("\x03\xe7", 2)), 1002},      // 999
      {frame(0x88, std::string("\x03\xe8\xff", 3)), 1007},  // a reason that is not UTF-8
      {huge, 1009},                                         // announced only
      {gibibyte, 1009},                                     //
  };
  for (const auto& [bytes, code] : cases) {
    CAPTURE(code);
    const auto heard = read(bytes);
    REQUIRE_FALSE(heard.empty());
    CHECK(heard.back().kind == Kind::broken);
    CHECK(heard.back().code == code);
  }
}

TEST_CASE("a message beyond the limit passes in pieces that are all of it, and the next one is heard") {
  const std::string ping = frame(0x89, "p"), next = frame(0x81, "next");
  const std::string first(65'000, 'a'), second(537, '\xff'), third(70'000, 'c'), alone(65'537, 'x');
  const Heard pinged{Kind::ping, "p", 0}, heard{Kind::text, "next", 0};
  const std::pair<std::string, std::vector<Heard>> cases[] = {
      {frame(0x82, alone) + ping + next, {{Kind::long_binary, alone, 0}, pinged, heard}},  // one byte too many
      {frame(0x01, first) + frame(0x00, second) + ping + frame(0x80, third) + next,
       {pinged, {Kind::long_text, first + second + third, 0}, heard}},
      {frame(0x01, alone) + frame(0x80, "") + next, {{Kind::long_text, alone, 0}, heard}},
  };
  for (const auto& [bytes, expected] : cases) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}, bytes.size()}) {
      CAPTURE(piece);
      CHECK(read(bytes, piece) == expected);
    }
  }
}

TEST_CASE("a message beyond all measure is not read over, however it is announced") {
  std::string head = std::string("\x02\xff\0\0\0\0\x02\0\0\0", 10) + "keys";  // 32 MiB
  FrameReader reader(65'536);
  std::string_view bytes = head;
  CHECK(reader.next(bytes).kind == Kind::long_binary);
  const std::string part(1 << 20, 'x');
  for (int i = 0; i < 32; ++i) {
    bytes = part;
    CHECK(reader.next(bytes).payload.size() == part.size());
  }
  head[0] = '\x80';
  head[9] = 1;
  bytes = head;
  CHECK(reader.next(bytes).code == 1009);
}

TEST_CASE("a close tells its code and reason, 1005 when it has none") {
  CHECK(read(frame(0x88, "")) == std::vector<Heard>{{Kind::close, "", 1005}});
  CHECK(read(frame(0x88, std::string("\x0f\xa9") + "enough")) == std::vector<Heard>{{Kind::close, "enough", 4009}});
}
