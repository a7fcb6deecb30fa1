// Echo: what an application wants to find again in the answer to a request, whatever it is: its bytes, as they came.
// EchoReader: finds it in a request that passes in pieces, without holding the request: one of a broken text, or of a
// message that is too long to be read.
// Spec: connect/data-protocol/action-request. JSON and MessagePack each have a reader of their own.

#pragma once

#include "onebot/echo_json.h"
#include "onebot/echo_msgpack.h"
#include "onebot/encoding.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace onebot {

// One value in the encoding of the request; nullopt: the request has none.
using Echo = std::optional<std::string>;

class EchoReader {
 public:
  static constexpr std::size_t kMost = 64 << 10;

  // most: bytes of the echo; a longer one is taken for none.
  explicit EchoReader(Encoding encoding, std::size_t most = kMost);
  void read(std::string_view piece);
  Echo take();  // at the end, once. What is not well-formed is none.

 private:
  Encoding encoding_;
  std::variant<JsonEcho, MsgpackEcho> reader_;
};

// Of a request that is here as a whole.
Echo echo_of(std::string_view request, Encoding encoding);

}  // namespace onebot
