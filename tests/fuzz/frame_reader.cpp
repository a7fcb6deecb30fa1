// WebSocket frames of a client. However its bytes are cut, the same messages come out.
#include "bridge/net/frame_reader.h"

#include "tests/fuzz/target.h"

#include <string>
#include <utility>
#include <vector>

using bridge::net::FrameReader;
using Kind = FrameReader::Kind;

namespace {

constexpr std::size_t kMaxMessage = 1000;

// All items, as text, of bytes that arrive in pieces of this size.
std::vector<std::string> items(std::string_view bytes, std::size_t piece) {
  FrameReader reader(kMaxMessage);
  std::vector<std::string> all;
  std::string passed;  // of a message that is too long
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (true) {
      const std::size_t before = part.size();
      const FrameReader::Item item = reader.next(part);
      if (item.kind == Kind::none) break;
      const bool passes = item.kind == Kind::long_text || item.kind == Kind::long_binary;
      claim((passes || item.payload.size() <= kMaxMessage) && part.size() <= before);
      if (passes) passed += item.payload;
      if (!passes || item.last) {
        all.push_back(std::to_string(static_cast<int>(item.kind)) + ":" + std::to_string(item.code) + ":" +
                      (passes ? std::exchange(passed, {}) : std::string(item.payload)));
      }
      if (item.kind == Kind::broken || item.kind == Kind::close) return all;
      if (part.empty()) break;
    }
  }
  return all;
}

}  // namespace

void try_input(std::string_view input) {
  const auto whole = items(input, input.size());
  claim(items(input, 1) == whole);
  claim(items(input, 7) == whole);
}
