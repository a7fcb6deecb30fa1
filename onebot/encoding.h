// Encoding: how requests and answers travel. JSON text, or MessagePack. Events are always JSON.
// Spec: connect/communication (Content-Type, text and binary messages), connect/data-protocol/basic-types.

#pragma once

#include "onebot/result.h"
#include "onebot/value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onebot {

enum class Encoding { json, msgpack };

// The longest request that is read, in bytes, however it comes: as JSON or MessagePack, in a WebSocket message or an
// HTTP body. get_version tells it.
inline constexpr std::size_t kMaxRequest = 16 << 20;

// The Content-Type of an encoding, and the encoding of a media type in lower case without parameters; nullopt: neither.
std::string_view media_type(Encoding encoding);
std::optional<Encoding> encoding_of(std::string_view media_type);

// Error: bad_request, with the reason. Bounded as json::Limits and msgpack::Limits say, but for the size.
Result<Value> decode(std::string_view bytes, Encoding encoding);
std::string encode(const Value& value, Encoding encoding);

}  // namespace onebot
