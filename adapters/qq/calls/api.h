// Api: calls to the platform's REST interface: what kit::Rest has to know of it.
// Platform: dev-prepare/interface-framework/api-use and .../api-call-guide.

#pragma once

#include "adapters/kit/calls.h"
#include "adapters/kit/rest.h"
#include "adapters/qq/calls/errors.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/pace.h"
#include "onebot/json.h"
#include "onebot/task.h"
#include "onebot/told.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

using ApiRequest = kit::Request;

struct ApiAnswer {
  int status = 200;
  onebot::json::Document body;  // null when the answer had none
};

using ApiResult = std::expected<ApiAnswer, Failure>;

class Api final : public kit::Asker {
 public:
  // base: without a slash at its end. pace: nullptr leaves calls unpaced.
  Api(std::string base, std::string app_id, AccessToken& token, onebot::io::Loop& loop, onebot::io::Client& client,
      onebot::Log& log, Pace* pace = nullptr)
      : is_secure_(base.starts_with("https://")),
        rest_({std::move(base), token, loop, client, log, pace}, {std::move(app_id)}) {}

  bool is_secure() const { return is_secure_; }  // goes over TLS

  // `done` is told last of all and never inside; it may drop the owner.
  [[nodiscard]] onebot::io::Owner call(ApiRequest request, onebot::Told<ApiResult> done) const;
  onebot::Task<ApiResult> ask(ApiRequest request) const;  // the same within a task
  onebot::Task<onebot::Result<onebot::json::Document>> document(ApiRequest request) const override;

 private:
  struct Policy {
    using Answer = ApiAnswer;
    using Failure = qq::Failure;
    std::string app_id{};

    onebot::io::Headers headers(std::string_view token) const;
    ApiResult read(const onebot::io::HttpResponse& answer) const;
    kit::Verdict judge(const Failure& failure, const onebot::io::HttpResponse& answer) const;
  };

  bool is_secure_;
  kit::Rest<Policy> rest_;
};

}  // namespace qq
