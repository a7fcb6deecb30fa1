// The memory of texts. Assigning an empty text keeps all of it, also by a move.

#pragma once

#include <cstddef>
#include <string>

namespace bridge::net {

// Bytes that a text has allocated, as far as they are worth counting.
inline std::size_t memory_of(const std::string& text) { return text.capacity() > 64 ? text.capacity() : 0; }

// Empties a text, and gives its memory back.
inline void release(std::string& text) { std::string().swap(text); }

}  // namespace bridge::net
