// Token: what shows a platform that a call is ours: asked for once for all who need it, renewed before it ends, and not
// asked for again while the pause after a failure lasts.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/secrets.h"
#include "onebot/task.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kit {

class Token {
 public:
  struct Issued {
    std::string token{};
    std::optional<double> lifetime{};  // seconds; absent when what the platform says cannot be read
  };
  struct Refused {
    onebot::Error error{};
    std::string advice{};                   // what the operator can do; for the log
    std::chrono::milliseconds at_least{0};  // nobody asks again before
    bool final = false;  // asking again does not help by itself: the long pauses, and the old token is used no longer
  };
  struct Config {
    std::vector<std::string> urls{};     // at least one; the next is tried when one cannot be reached or answers 404
    onebot::Fields body{};               // who asks
    std::vector<std::string> secrets{};  // of the bot's configuration
    std::function<std::expected<Issued, Refused>(const onebot::io::HttpResponse&)> read{};
    std::chrono::seconds (*renew_after)(std::chrono::seconds lifetime) = nullptr;
    // After failures in a row: ascending, the last repeats, both outlive this.
    std::span<const std::chrono::milliseconds> pauses{}, long_pauses{};
    double spread = 0.2;               // how much longer a pause may be, so that many bots do not come back at once
    std::function<double()> random{};  // [0, 1); empty: a new one
  };
  using Use = std::function<void(onebot::Result<std::string>)>;

  // changed: a token has become valid (true), or there is none and none is to be had for now (false).
  Token(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
        std::function<void(bool valid)> changed = {});

  void start();  // asks; otherwise the first who waits does
  void stop();
  // The token at hand, if there is a valid one.
  std::optional<std::string> current() const;
  // The token, as soon as it is known. Fails with credentials when the platform refuses the app, with network_error
  // when it cannot be reached; while retry_in() lasts, at once and without asking. Never calls inside this call.
  [[nodiscard]] onebot::io::Owner wait(Use use);
  // The platform did not accept `used`: it is not given out again, unless it has been replaced meanwhile.
  void refuse(std::string_view used);
  // What a platform says, without the bot's secrets and tokens.
  std::string masked(std::string text) const { return secrets_.masked(std::move(text)); }
  onebot::Error masked(onebot::Error error) const;
  onebot::io::HttpResponse masked(onebot::io::HttpResponse answer) const;
  // How long nobody is asked again after a failure.
  std::chrono::milliseconds retry_in() const;

 private:
  struct Waiter;
  using Waiters = std::list<Waiter*>;

  void ask(std::size_t url);
  void asked(std::size_t url, onebot::Result<onebot::io::HttpResponse> answer);
  void take(Issued issued);
  void failed(Refused refused);
  void tell_soon(onebot::Result<std::string> result);
  void tell(const onebot::Result<std::string>& result);

  Config config_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  onebot::Log& log_;
  std::function<void(bool)> changed_;
  std::function<double()> random_;
  onebot::Secrets secrets_;
  std::string token_{};
  std::chrono::milliseconds ends_at_{0};
  std::chrono::milliseconds retry_at_{0};
  std::optional<onebot::Error> error_{};           // of the last failure, until the next success
  std::size_t failures_ = 0, final_failures_ = 0;  // in a row
  Waiters waiters_{};
  onebot::io::Owner request_{};  // at most one is under way
  onebot::io::Owner renewal_{};
  onebot::io::Owner hurry_{};  // tells waiters what is known already
};

// The token at hand, or the next: see Token::wait(). It outlives the task.
onebot::Task<onebot::Result<std::string>> valid_token(Token& token);

}  // namespace kit
