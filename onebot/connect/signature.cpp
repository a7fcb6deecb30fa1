#include "onebot/connect/signature.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

namespace onebot::connect {

void add_signature(io::Headers& headers, std::string_view secret, std::string_view id, std::int64_t timestamp,
                   std::string_view body) {
  const std::string digest = crypto::hmac_sha256(secret, fmt::format("{}.{}.{}", id, timestamp, body));
  headers.emplace_back("X-Onebridge-Id", id);
  headers.emplace_back("X-Onebridge-Timestamp", fmt::format("{}", timestamp));
  headers.emplace_back("X-Onebridge-Signature", fmt::format("v1={}", crypto::hex(digest)));
}

}  // namespace onebot::connect
