// Api: calls to the platform's REST interface, with the tenant token, its one renewal, and patient repeats.
// Platform: server-docs "API call guide"; the frequency-control page for the waits.

#pragma once

#include "adapters/feishu/calls/errors.h"
#include "adapters/feishu/calls/token.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/json.h"

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

struct ApiRequest {
  std::string method = "GET";
  std::string path{};  // "/open-apis/..." and a query; its variable parts already percent-encoded
  std::string body{};  // JSON, or ""; with a file, what comes before it
  // A file goes out as multipart/form-data: body, its bytes, tail.
  std::string content_type = "application/json; charset=utf-8";
  std::optional<onebot::io::FilePart> file{};
  std::string tail{};
  std::chrono::milliseconds timeout{10'000}, budget{20'000};  // of one attempt; of all of them
  // Doing it twice is doing it once: it may be repeated when nobody knows whether it was done. A message with a uuid is
  // such a call for an hour.
  bool repeatable = true;
};

using ApiResult = std::expected<onebot::json::Document, Failure>;

// A path of Paths with the ids in their places, percent-encoded.
std::string path_to(std::string_view path, std::string_view id, std::string_view key = {});

class Api {
 public:
  // base: without a slash at its end. prefix: of what a failure tells in its data; it outlives this.
  Api(std::string base, std::string_view prefix, TenantToken& token, onebot::io::Loop& loop, onebot::io::Client& client,
      onebot::Log& log);

  // A call that failed for the token's sake alone is made once more with a new one; one that came at a bad time up to
  // twice more, as long as all of it fits its budget. The document holds the whole answer.
  [[nodiscard]] onebot::io::Owner call(ApiRequest request, std::function<void(ApiResult)> done);

 private:
  class Call;

  std::string base_;
  std::string_view prefix_;
  TenantToken& token_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  onebot::Log& log_;
};

}  // namespace feishu
