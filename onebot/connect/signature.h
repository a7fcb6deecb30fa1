// Signature: how an application knows that a push is ours and fresh.
//
//   X-Onebridge-Id: ID                  of the event, the same each time it is pushed
//   X-Onebridge-Timestamp: SECONDS      of this push, since the epoch
//   X-Onebridge-Signature: v1=HEX       HMAC-SHA256(secret, ID "." SECONDS "." body)

#pragma once

#include "onebot/io.h"

#include <cstdint>
#include <string_view>

namespace onebot::connect {

void add_signature(io::Headers& headers, std::string_view secret, std::string_view id, std::int64_t timestamp,
                   std::string_view body);

}  // namespace onebot::connect
