// Frame: one binary message of the long connection, as bytes and as fields. Pure.
// Platform: pbbp2.Frame of the official SDKs, see frame.proto. Only frame.cpp names what protoc makes of it.

#pragma once

#include "onebot/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu {

struct Frame {
  static constexpr std::int32_t kControl = 0, kData = 1;  // methods

  std::uint64_t seq = 0;
  std::uint64_t log = 0;
  std::int32_t service = 0;
  std::int32_t method = kControl;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string payload_encoding{};
  std::string payload_type{};
  std::string payload{};
  std::string log_new{};

  std::string_view header(std::string_view name) const;  // "" when absent
  bool operator==(const Frame&) const = default;
};

std::string encode(const Frame& frame);
// Fields of other numbers are skipped. Error: bad_request, when it is cut short, lacks a required field, or has more
// than 64 headers.
onebot::Result<Frame> decode(std::string_view bytes);

}  // namespace feishu
