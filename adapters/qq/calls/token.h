// AccessToken: the access token of one app, asked for once for all who need it, renewed before it ends.
// Platform: dev-prepare/access-token.
//
// Asking again during a token's life gives the same token; only in its last 60 s does the platform make a new one,
// and the old one goes on working beside it. So it is renewed 50 s before its end.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

class AccessToken {
 public:
  struct Config {
    std::string app_id{};
    std::string app_secret{};
    std::string url{};
    std::string fallback_url{};  // tried when url cannot be reached or is not there; "" = none
  };
  using Use = std::function<void(onebot::Result<std::string>)>;

  AccessToken(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log);

  // The token at hand, if there is a valid one.
  std::optional<std::string> current() const;
  // The token, as soon as it is known. Fails with credentials when the platform refuses the app, with network_error
  // when it cannot be reached; while retry_in() lasts, at once and without asking. Never calls inside this call.
  [[nodiscard]] onebot::io::Owner wait(Use use);
  // The platform did not accept `used`: it is not given out again, unless it has been replaced meanwhile.
  void refuse(std::string_view used);
  // How long nobody is asked again after a failure.
  std::chrono::milliseconds retry_in() const;

 private:
  struct Waiter;
  using Waiters = std::list<Waiter*>;

  void ask(const std::string& url);
  void asked(const std::string& url, onebot::Result<onebot::io::HttpResponse> answer);
  void take(std::string token, std::chrono::seconds lifetime);
  void refused(int code, std::string_view said);
  void failed(std::chrono::milliseconds pause, onebot::Error error);
  void renew_in(std::chrono::milliseconds delay);
  void tell(const onebot::Result<std::string>& result);

  Config config_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  onebot::Log& log_;
  std::string token_{};
  std::chrono::milliseconds expires_at_{0};
  std::chrono::milliseconds retry_at_{0};
  std::optional<onebot::Error> error_{};  // of the last failure, until the next success
  int failures_ = 0;                      // in a row
  Waiters waiters_{};
  onebot::io::Owner request_{};  // at most one is under way
  onebot::io::Owner renewal_{};
  onebot::io::Owner hurry_{};  // tells waiters of an error that is known already
};

}  // namespace qq
