#include "onebot/connect/auth.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

namespace onebot::connect {

bool authorized(const io::HttpRequest& request, std::string_view access_token) {
  if (access_token.empty()) return true;
  if (const auto header = io::header(request.headers, "Authorization")) {
    return crypto::constant_time_equal(*header, fmt::format("Bearer {}", access_token));
  }
  const auto parameter = io::query_param(request.query, "access_token");
  return parameter && crypto::constant_time_equal(*parameter, access_token);
}

void add_authorization(io::Headers& headers, std::string_view access_token) {
  if (!access_token.empty()) headers.emplace_back("Authorization", fmt::format("Bearer {}", access_token));
}

}  // namespace onebot::connect
