// What comes over the long connection: frames as bytes, and messages that come in parts.
//
//   input = mode  (size byte{size})*          mode even: each piece is a frame; odd: each piece says what a part is
#include "adapters/feishu/feed/assembly.h"
#include "adapters/feishu/feed/frame.h"
#include "tests/fakes.h"
#include "tests/fuzz/target.h"

#include <fmt/format.h>

#include <string>

namespace {

using feishu::Frame;

unsigned byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

std::string_view take_piece(std::string_view& input) {
  const std::size_t size = byte_at(input, 0);
  input.remove_prefix(std::min<std::size_t>(1, input.size()));
  const std::string_view piece = input.substr(0, size);
  input.remove_prefix(piece.size());
  return piece;
}

// Few names and numbers, so that parts meet.
Frame part_of(std::string_view piece) {
  const std::string rest(piece.substr(std::min<std::size_t>(4, piece.size())));
  return {.method = Frame::kData,
          .headers = {{"type", "event"},
                      {"message_id", fmt::format("{}", byte_at(piece, 0) % 80)},
                      {"sum", fmt::format("{}", byte_at(piece, 1) % 9)},
                      {"seq", fmt::format("{}", byte_at(piece, 2) % 9)}},
          .payload = rest};
}

void check(const Frame& frame) {
  const auto again = feishu::decode(feishu::encode(frame));
  claim(again && *again == frame);
}

}  // namespace

void try_input(std::string_view input) {
  fakes::Loop loop;
  fakes::Log log;
  feishu::Assembly assembly(loop, log);
  const bool parts = byte_at(input, 0) % 2 == 1;
  input.remove_prefix(std::min<std::size_t>(1, input.size()));
  while (!input.empty()) {
    const std::string_view piece = take_piece(input);
    const auto frame = parts ? onebot::Result<Frame>(part_of(piece)) : feishu::decode(piece);
    if (!frame) continue;
    check(*frame);
    const auto whole = assembly.take(*frame);
    claim(!whole || !*whole || (*whole)->size() <= feishu::Assembly::kMaxBytes);
    if (byte_at(piece, 3) > 250) loop.advance(feishu::Assembly::kPatience);
    if (byte_at(piece, 3) == 250) assembly.clear();
  }
  loop.advance(feishu::Assembly::kPatience);
  claim(loop.timers() == 0);  // nothing waits for ever
}
