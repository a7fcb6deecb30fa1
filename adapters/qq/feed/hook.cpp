#include "adapters/qq/feed/hook.h"

#include "adapters/kit/acknowledgement.h"
#include "adapters/qq/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kDeadline{2'500};  // the platform waits about 3 s
constexpr seconds kWatch{10};
constexpr std::array<milliseconds, 5> kIdentityWaits = {seconds(1), seconds(3), seconds(10), seconds(30), seconds(60)};

}  // namespace

Hook::Hook(const Config& config, const Parts& parts, ReceiverPeer& peer)
    : path_(fmt::format("/qq/{}", config.app_id)),
      webhook_(config.app_id, config.app_secret, config.rules),
      parts_(parts),
      peer_(peer),
      waits_(kIdentityWaits) {}

void Hook::start() {
  known_ = Identity::is_in(peer_.recall(Identity::kRecord));
  parts_.ingress.want_headers(kPushHeaders);
  pushes_ = parts_.ingress.on_push(path_, [this](const onebot::io::HttpRequest& request, Exchange exchange) {
    on_push(request, std::move(exchange));
  });
  ask_identity();
  watch();
}

void Hook::stop() {
  pushes_.reset();
  identity_.reset();
  watch_.reset();
  online_ = false;
}

void Hook::on_push(const onebot::io::HttpRequest& request, Exchange exchange) {
  Verdict verdict = webhook_.examine(request, parts_.loop.wall());
  if (!verdict.refusal.empty()) return refused(std::move(verdict), std::move(exchange));
  if (!verdict.dispatch) return exchange->answer(std::move(verdict.answer));
  if (held_ || !known_) {
    parts_.log.count("webhook_put_off");
    return exchange->answer(not_taken());
  }
  deliver(verdict, std::move(exchange));
}

void Hook::refused(Verdict verdict, Exchange exchange) {
  parts_.log.count("webhook_refused");
  parts_.log.line(LogLevel::warn, fmt::format("push refused status={}: {}", verdict.answer.status, verdict.refusal));
  exchange->answer(std::move(verdict.answer));
}

void Hook::deliver(const Verdict& verdict, Exchange exchange) {
  const onebot::json::View frame = verdict.dispatch->root();
  Delivery delivery{.name = "push/" + verdict.signature};
  delivery.committed = kit::acknowledge(parts_.loop, kDeadline, [exchange = std::move(exchange)](kit::Stored stored) {
    exchange->answer(stored == kit::Stored::yes ? taken() : not_taken());
  });
  peer_.on_dispatch(frame, std::move(delivery));
}

void Hook::ask_identity() {
  identity_ = parts_.api.call({.path = "/users/@me", .repeatable = false},
                              [this](const ApiResult& answer) { asked_identity(answer); });
}

void Hook::asked_identity(const ApiResult& answer) {
  const onebot::json::View user = answer ? answer->body.root() : onebot::json::View();
  if (user.at("id").text().empty()) {
    const milliseconds wait = std::max(waits_.next(), parts_.token.retry_in());
    why_ = fmt::format("who the bot is could not be asked: {}",
                       answer ? "no id in the answer" : answer.error().error.message);
    parts_.log.line(LogLevel::error, fmt::format("{}; retry in {}s", why_, (wait.count() + 999) / 1000));
    identity_ = parts_.loop.after(wait, [this] { ask_identity(); });
    return;
  }
  identity_.reset();
  known_ = true;
  why_.clear();
  peer_.on_ready(user);
  update_online();
}

// The token is renewed by itself; whether there is a valid one is all that tells whether the bot is there.
void Hook::watch() {
  update_online();
  watch_ = parts_.loop.after(kWatch, [this] { watch(); });
}

void Hook::update_online() {
  const bool now = known_ && parts_.token.current().has_value();
  if (std::exchange(online_, now) != now) peer_.on_online(now);
}

}  // namespace qq
