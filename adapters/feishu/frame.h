// Frame: what travels over the long connection, one in each binary message. Pure.
// Platform: the protobuf (proto2) message pbbp2.Frame of the platform's SDKs; fields 1 to 4 are always on the wire.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu {

struct Frame {
  enum Method : std::int32_t { control = 0, data = 1 };

  std::uint64_t seq_id = 0, log_id = 0;
  std::int32_t service = 0;  // as the connection's address says
  std::int32_t method = control;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string payload_encoding{}, payload_type{}, payload{}, new_log_id{};

  std::string_view header(std::string_view name) const;  // "" when absent
  bool operator==(const Frame&) const = default;
};

std::string encode(const Frame& frame);
std::optional<Frame> decode(std::string_view bytes);  // nullopt: no frame, or not all of it

}  // namespace feishu
