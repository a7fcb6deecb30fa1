// The access token of one app: what kit::Token has to know of this platform's. Platform: dev-prepare/access-token.
//
// Asking again during a token's life gives the same token; only in its last 60 s does the platform make a new one,
// and the old one goes on working beside it. So it is renewed 50 s before its end.

#pragma once

#include "adapters/kit/jitter.h"
#include "adapters/kit/token.h"

#include <string>

namespace qq {

using AccessToken = kit::Token;

struct TokenSource {
  std::string app_id{};
  std::string app_secret{};
  std::string url{};
  std::string fallback_url{};  // tried when url cannot be reached or is not there; "" = none
  kit::Random random{};        // for jitter
};
AccessToken::Config access_token(const TokenSource& source);

}  // namespace qq
