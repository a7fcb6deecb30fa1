// TenantToken: the tenant_access_token of one app, asked for once for all who need it, renewed before it ends.
// Platform: auth-v3/auth/tenant_access_token_internal.
//
// The platform gives the same token again while 30 minutes or more are left; below that a new one, and both work until
// the old one ends. So it is renewed 10 minutes before its end.

#pragma once

#include "adapters/feishu/dialect.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/redial.h"
#include "onebot/result.h"

#include <chrono>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

class TenantToken {
 public:
  struct Config {
    std::string app_id{};
    std::string app_secret{};
    std::string url{};
    std::string_view token_at{}, expire_at{};  // in the answer; of a Dialect
  };
  using Use = std::function<void(onebot::Result<std::string>)>;

  // changed: a token has become valid (true), or there is none and none is to be had for now (false).
  TenantToken(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
              std::function<void(bool valid)> changed);

  void start();
  void stop();
  // The token at hand, if there is a valid one.
  std::optional<std::string> current() const;
  // The token, as soon as it is known. Fails with credentials when the platform refuses the app, with network_error
  // when it cannot be reached; while the pause after a failure lasts, at once and without asking. Never calls inside
  // this call.
  [[nodiscard]] onebot::io::Owner wait(Use use);
  // The platform did not accept `used`: it is not given out again, unless it has been replaced meanwhile.
  void refuse(std::string_view used);

 private:
  struct Waiter;
  using Waiters = std::list<Waiter*>;

  void ask();
  void asked(onebot::Result<onebot::io::HttpResponse> answer);
  void take(std::string token, std::chrono::seconds lifetime);
  void failed(onebot::Error error, bool final);
  void tell_soon(onebot::Result<std::string> result);
  void tell(const onebot::Result<std::string>& result);

  Config config_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  onebot::Log& log_;
  std::function<void(bool)> changed_;
  std::string token_{};
  std::chrono::milliseconds ends_at_{0};
  std::chrono::milliseconds retry_at_{0};
  std::optional<onebot::Error> error_{};  // of the last failure, until the next success
  onebot::Redial pauses_, long_pauses_;
  Waiters waiters_{};
  onebot::io::Owner request_{};  // at most one is under way
  onebot::io::Owner renewal_{};
  onebot::io::Owner hurry_{};  // tells waiters what is known already
};

}  // namespace feishu
