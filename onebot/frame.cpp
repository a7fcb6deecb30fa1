#include "onebot/frame.h"

#include <cstdint>

namespace onebot::frame {

std::size_t header_size(std::size_t payload_size) { return payload_size < 126 ? 2 : payload_size < 65536 ? 4 : 10; }

void append_head(std::string& out, Opcode opcode, std::size_t payload_size) {
  const auto byte = [&out](std::uint64_t value) { out.push_back(static_cast<char>(value & 0xff)); };
  const std::uint64_t size = payload_size;
  byte(0x80U | static_cast<unsigned>(opcode));
  if (size < 126) {
    byte(size);
  } else if (size < 65536) {
    byte(126);
    byte(size >> 8);
    byte(size);
  } else {
    byte(127);
    for (int shift = 56; shift >= 0; shift -= 8) byte(size >> shift);
  }
}

void append(std::string& out, Opcode opcode, std::string_view payload) {
  append_head(out, opcode, payload.size());
  out.append(payload);
}

}  // namespace onebot::frame
