// Ready-made WebSocket frames, as a server writes them (unmasked). RFC 6455 section 5.2.
//
//   frame  = first-byte length [extended-length] payload
//   first-byte = FIN(0x80) | opcode      length = 0..125 | 126 + 2 bytes | 127 + 8 bytes, big endian
//
// A client's socket masks them on the way out (bridge/net).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace onebot::frame {

enum class Opcode : unsigned char { text = 1, binary = 2, close = 8, ping = 9 };

inline constexpr std::size_t kMaxHeader = 10;

std::size_t header_size(std::size_t payload_size);
void append_head(std::string& out, Opcode opcode, std::size_t payload_size);
void append(std::string& out, Opcode opcode, std::string_view payload);
inline void append_text(std::string& out, std::string_view payload) { append(out, Opcode::text, payload); }

}  // namespace onebot::frame
