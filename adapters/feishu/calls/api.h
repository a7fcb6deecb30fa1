// Api: calls to the platform's REST interface: what kit::Rest has to know of it.
// Platform: server-docs "API call guide"; the frequency-control page for the waits.

#pragma once

#include "adapters/feishu/calls/errors.h"
#include "adapters/feishu/calls/token.h"
#include "adapters/kit/calls.h"
#include "adapters/kit/rest.h"
#include "onebot/json.h"
#include "onebot/told.h"

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

using ApiRequest = kit::Request;  // its path begins with "/open-apis/"
using ApiResult = std::expected<onebot::json::Document, Failure>;

// How long the platform says to wait, if it does.
std::optional<std::chrono::milliseconds> told_wait(const onebot::io::HttpResponse& answer);

class Api final : public kit::Asker {
 public:
  // base: without a slash at its end. prefix: of what a failure tells in its data; it outlives this.
  Api(std::string base, std::string_view prefix, TenantToken& token, onebot::io::Loop& loop, onebot::io::Client& client,
      onebot::Log& log)
      : rest_({std::move(base), token, loop, client, log}, {prefix}) {}

  // The document holds the whole answer. `done` is told last of all and never inside; it may drop the owner.
  [[nodiscard]] onebot::io::Owner call(ApiRequest request, onebot::Told<ApiResult> done) const;
  onebot::Task<ApiResult> ask(ApiRequest request) const;  // the same within a task
  onebot::Task<onebot::Result<onebot::json::Document>> document(ApiRequest request) const override;
  // Where a file is that the platform keeps.
  [[nodiscard]] onebot::io::Owner file(ApiRequest request, onebot::ToldResult<onebot::RemoteFile> done) const;

 private:
  struct Policy {
    using Answer = onebot::json::Document;
    using Failure = feishu::Failure;
    std::string_view prefix{};

    onebot::io::Headers headers(std::string_view token) const;
    ApiResult read(const onebot::io::HttpResponse& answer) const;
    kit::Verdict judge(const Failure& failure, const onebot::io::HttpResponse& answer) const;
  };

  kit::Rest<Policy> rest_;
};

}  // namespace feishu
