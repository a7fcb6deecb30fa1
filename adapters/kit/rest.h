// Rest: calls of a platform's REST interface: at its pace, with its token, its codes read, and made again when that is
// harmless and may help. What differs between platforms is a policy:
//
//   struct Policy {
//     using Answer = ...;
//     using Failure = ...;  // has error, code, http_status, unknown_code, perhaps_done
//     onebot::io::Headers headers(std::string_view token) const;  // besides Content-Type and User-Agent
//     std::expected<Answer, Failure> read(const onebot::io::HttpResponse&) const;  // a code inside a 200 is that code
//     Verdict judge(const Failure&, const onebot::io::HttpResponse&) const;
//   };

#pragma once

#include "adapters/kit/pace.h"
#include "adapters/kit/request.h"
#include "adapters/kit/token.h"
#include "onebot/redial.h"
#include "onebot/task.h"

#include <fmt/format.h>

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kit {

enum class Remedy {
  none,
  fresh_token,  // the token was not accepted: once more with a new one
  later,        // too much at once, so it was not done: again after a while
  again,        // the platform's own trouble, which passes; whether it was done, nobody knows
};

struct Verdict {
  Remedy remedy = Remedy::none;
  std::optional<std::chrono::milliseconds> wait{};  // as the platform wishes, besides Retry-After
  Rate::For whom = Rate::For::bot;                  // what of "later" is too much
};

// What calls are made with.
struct Desk {
  std::string base{};  // without a slash at its end
  Token& token;
  onebot::io::Loop& loop;
  onebot::io::Client& client;
  onebot::Log& log;
  Pace* pace = nullptr;  // nullptr leaves calls unpaced
};

// Whether a call is made again, and when: three tries in all, one new token, within its budget, and nothing twice that
// would be done twice.
class Tries {
 public:
  Tries(const Request& request, std::chrono::milliseconds now);

  // How long to wait before the next try; absent: this failure is the answer.
  // unsent: no byte of the request has left us.
  std::optional<std::chrono::milliseconds> next(const Verdict& verdict, bool unsent, std::chrono::milliseconds now);
  std::chrono::milliseconds left(std::chrono::milliseconds now) const;
  // Whether a failed try may have done what it was to do.
  bool perhaps_done() const { return perhaps_done_; }

 private:
  bool harmless_ = false, renewed_ = false, perhaps_done_ = false;
  std::size_t most_;
  std::chrono::milliseconds until_;
  onebot::Redial waits_;
};

// The Retry-After of an answer, in seconds.
std::optional<std::chrono::milliseconds> retry_after(const onebot::io::HttpResponse& answer);

inline Pace::Call paced(const Request& request, const std::string& address) {
  return {request.method, address, request.receiver};
}

// A call's turn at the platform's pace, and a token for it. All of it outlives the task.
onebot::Task<onebot::Result<std::string>> admission(const Desk& desk, const Request& request,
                                                    const std::string& address);

onebot::io::HttpRequest sent(const Desk& desk, const Request& request, const std::string& address,
                             onebot::io::Headers headers, std::chrono::milliseconds left);

void log_failure(onebot::Log& log, const Request& request, int http_status, int code, std::string_view message);

template <class Policy>
class Rest {
 public:
  using Failure = typename Policy::Failure;
  using Outcome = std::expected<typename Policy::Answer, Failure>;

  Rest(Desk desk, Policy policy) : desk_(std::move(desk)), policy_(std::move(policy)) {}

  // Where a file of the platform is. A refusal of it is met as one of a call: a new token, a wait, the platform's code.
  // Redirects are the business of whoever fetches it.
  onebot::Task<onebot::Result<onebot::RemoteFile>> file(Request request) const {
    auto address = address_of(request);
    if (!address) co_return onebot::fail(onebot::Retcode::unknown_file, "there is no such file");
    auto token = co_await admission(desk_, request, *address);
    if (!token) co_return std::unexpected(std::move(token).error());
    Tries tries(request, desk_.loop.now());
    onebot::RemoteFile file{.request =
                                sent(desk_, request, *address, policy_.headers(*token), tries.left(desk_.loop.now()))};
    auto download =
        std::make_shared<Download>(std::move(request), *std::move(address), std::move(tries), *std::move(token));
    file.refused = [this, download](const onebot::Result<onebot::io::HttpResponse>& answer, auto again) {
      return onebot::start<onebot::RemoteFile::Next>(refused(download, answer), std::move(again));
    };
    co_return file;
  }

  // Started by start(); this outlives it. What is wrong with the path is told later, never inside.
  onebot::Task<Outcome> call(Request request) const {
    auto address = address_of(request);
    if (!address) {
      co_await onebot::pause(desk_.loop, std::chrono::milliseconds(0));
      co_return std::unexpected(Failure{.error = std::move(address).error()});
    }
    std::optional<Tries> tries;
    while (true) {
      auto token = co_await admission(desk_, request, *address);
      if (!token) co_return std::unexpected(Failure{.error = std::move(token).error()});
      if (!tries) tries.emplace(request, desk_.loop.now());
      auto http = sent(desk_, request, *address, policy_.headers(*token), tries->left(desk_.loop.now()));
      auto answer = co_await onebot::answer_to(desk_.client, std::move(http));
      Outcome outcome = read(answer);
      if (outcome) co_return outcome;
      outcome.error().perhaps_done = tries->perhaps_done();
      const auto wait = repeated(request, *address, *tries, answer, outcome.error(), *token);
      if (!wait) co_return outcome;
      if (*wait > std::chrono::milliseconds(0)) co_await onebot::pause(desk_.loop, *wait);
    }
  }

 private:
  struct Download {
    Request request{};
    std::string address{};
    Tries tries;
    std::string token{};  // of the last try
  };

  onebot::Task<onebot::RemoteFile::Next> refused(std::shared_ptr<Download> download,
                                                 onebot::Result<onebot::io::HttpResponse> answer) const {
    const Request& request = download->request;
    Outcome outcome = read(answer);
    // JSON that tells no code of the platform's is somebody's file.
    if (answer && answer->status / 100 == 2 && (outcome || outcome.error().code == 0)) co_return std::nullopt;
    if (outcome) co_return onebot::fail(onebot::Retcode::not_fetched, "the platform's answer is no file");
    const auto wait = repeated(request, download->address, download->tries, answer, outcome.error(), download->token);
    // Whoever asked is not told inside.
    co_await onebot::pause(desk_.loop, wait.value_or(std::chrono::milliseconds(0)));
    if (!wait) co_return std::unexpected(std::move(outcome).error().error);
    auto token = co_await admission(desk_, request, download->address);
    if (!token) co_return std::unexpected(std::move(token).error());
    download->token = *token;
    co_return sent(desk_, request, download->address, policy_.headers(*token), download->tries.left(desk_.loop.now()));
  }

  Outcome read(const onebot::Result<onebot::io::HttpResponse>& answer) const {
    if (answer) {
      // What an answer is cut or escaped to is not found in its bytes, so its error is looked through as well.
      Outcome outcome = policy_.read(desk_.token.masked(*answer));
      if (!outcome) outcome.error().error = desk_.token.masked(std::move(outcome.error().error));
      return outcome;
    }
    return std::unexpected(Failure{.error = {onebot::Retcode::network_error, answer.error().message}});
  }

  // How long to wait before the call is made again; absent: it is not.
  std::optional<std::chrono::milliseconds> repeated(const Request& request, const std::string& address, Tries& tries,
                                                    const onebot::Result<onebot::io::HttpResponse>& answer,
                                                    const Failure& failure, const std::string& token) const {
    Verdict verdict{.remedy = Remedy::again};
    if (answer) verdict = policy_.judge(failure, *answer);
    if (answer && !verdict.wait) verdict.wait = retry_after(*answer);
    if (verdict.remedy == Remedy::fresh_token) desk_.token.refuse(token);
    if (verdict.remedy == Remedy::later && verdict.wait && desk_.pace) {
      desk_.pace->pause(paced(request, address), verdict.whom,
                        std::min<std::chrono::milliseconds>(*verdict.wait, kMostPause));
    }
    if (verdict.remedy == Remedy::later && verdict.wait) desk_.log.count("api_pauses");
    const auto wait = tries.next(verdict, !answer && answer.error().unsent, desk_.loop.now());
    if (wait) return wait;
    if (failure.unknown_code) desk_.log.count_one("api_unknown_codes", fmt::format("{}", failure.code));
    log_failure(desk_.log, request, failure.http_status, failure.code, failure.error.message);
    return wait;
  }

  static constexpr std::chrono::seconds kMostPause{300};

  Desk desk_;
  Policy policy_;
};

}  // namespace kit
