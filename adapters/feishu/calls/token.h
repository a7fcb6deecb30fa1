// The tenant_access_token of one app: what kit::Token has to know of this platform's.
// Platform: auth-v3/auth/tenant_access_token_internal.
//
// The platform gives the same token again while 30 minutes or more are left; below that a new one, and both work until
// the old one ends. So it is renewed 10 minutes before its end.

#pragma once

#include "adapters/kit/token.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

using TenantToken = kit::Token;

struct TokenSource {
  std::string app_id{};
  std::string app_secret{};
  std::string url{};
  std::string_view token_at{}, expire_at{};  // in the answer; of a Dialect
  std::vector<std::string> secrets{};        // of the bot, besides the app's
};
TenantToken::Config tenant_token(const TokenSource& source);

}  // namespace feishu
