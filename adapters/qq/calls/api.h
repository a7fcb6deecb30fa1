// Api: calls to the platform's REST interface, with the access token, its one renewal, and errors made readable.
// Platform: dev-prepare/interface-framework/api-use and .../api-call-guide.

#pragma once

#include "adapters/qq/calls/errors.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/pace.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/json.h"

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

struct ApiRequest {
  std::string method = "GET";
  std::string path{};  // "/v2/users/..."; its variable parts already percent-encoded
  std::string body{};  // JSON, or ""
  std::chrono::milliseconds timeout{10'000};
  bool repeatable = false;  // doing it twice is doing it once; then a passing fault is tried once more
  // For a body that is a file: what is sent is body, file, tail.
  std::string content_type{"application/json; charset=utf-8"};
  std::optional<onebot::io::FilePart> file{};
  std::string tail{};
};

struct ApiAnswer {
  int status = 200;
  onebot::json::Document body;  // null when the answer had none
};

using ApiResult = std::expected<ApiAnswer, Failure>;

class Api {
 public:
  // base: without a slash at its end. pace: nullptr leaves calls unpaced.
  Api(std::string base, std::string app_id, AccessToken& token, onebot::io::Client& client, onebot::Log& log,
      Pace* pace = nullptr);

  // A call that failed for the token's sake alone is made once more with a new one; one that came too soon, when the
  // platform says it may.
  [[nodiscard]] onebot::io::Owner call(ApiRequest request, std::function<void(ApiResult)> done);

 private:
  class Call;

  std::string base_, app_id_;
  AccessToken& token_;
  onebot::io::Client& client_;
  onebot::Log& log_;
  Pace* pace_;
};

}  // namespace qq
