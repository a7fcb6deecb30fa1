// Reading and writing MessagePack. Only msgpack.cpp names the library.
// Spec: connect/data-protocol/basic-types (bytes are bin), connect/communication (the second encoding of requests).
//
// Reading is iterative and bounded in size, depth and count. Keys are text; text is valid UTF-8; numbers are finite;
// extension types mean nothing here and are refused.

#pragma once

#include "onebot/result.h"
#include "onebot/value.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace onebot::msgpack {

struct Limits {
  std::size_t bytes = 4 << 20;   // of the message
  std::size_t depth = 64;        // of nested arrays and maps
  std::size_t values = 500'000;  // in all; a byte of input may be a value of forty in memory
};

// Error: bad_request, with the reason.
Result<Value> parse(std::string_view bytes, Limits limits = {});

// Doubles are float64 always, Bytes are bin, keys and text are str; invalid UTF-8 is repaired.
std::string write(const Value& value);
void append(std::string& out, const Value& value);
void append_map(std::string& out, std::size_t size);  // the head alone: `size` keys, each before its value, must follow

}  // namespace onebot::msgpack
