#include "adapters/qq/feed/hook.h"

#include "adapters/kit/acknowledgement.h"

#include <fmt/format.h>

#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kDeadline{2'500};  // the platform waits about 3 s
constexpr seconds kWatch{10};

}  // namespace

Hook::Hook(const Config& config, const Parts& parts, ReceiverPeer& peer)
    : path_(fmt::format("/qq/{}", config.app_id)),
      webhook_(config.app_id, config.app_secret, config.rules),
      parts_(parts),
      peer_(peer) {}

void Hook::start() {
  parts_.ingress.want_headers(kPushHeaders);
  pushes_ = parts_.ingress.on_push(path_, [this](const onebot::io::HttpRequest& request, Exchange exchange) {
    on_push(request, std::move(exchange));
  });
  asking_ = onebot::start<bool>(parts_.identity.asked(), [this](bool news) {
    if (news && online_) peer_.on_online(true);
    update_online();
  });
  watch();
}

void Hook::stop() {
  pushes_.reset();
  asking_.reset();
  watch_.reset();
  online_ = false;
}

void Hook::on_push(const onebot::io::HttpRequest& request, Exchange exchange) {
  Verdict verdict = webhook_.examine(request, parts_.loop.wall());
  if (!verdict.refusal.empty()) return refused(std::move(verdict), std::move(exchange));
  if (!verdict.dispatch) return exchange->answer(std::move(verdict.answer));
  if (held_ || !parts_.identity.is_known()) {
    parts_.log.count("webhook_put_off");
    return exchange->answer(not_taken());
  }
  deliver(verdict, std::move(exchange));
}

void Hook::refused(Verdict verdict, Exchange exchange) {
  parts_.log.count("webhook_refused");
  parts_.log.line(LogLevel::warn, fmt::format("push refused: {}", verdict.refusal));
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

// The token is renewed by itself; whether there is a valid one is all that tells whether the bot is there.
void Hook::watch() {
  update_online();
  watch_ = parts_.loop.after(kWatch, [this] { watch(); });
}

void Hook::update_online() {
  const bool now = parts_.identity.is_known() && parts_.token.current().has_value();
  if (std::exchange(online_, now) != now) peer_.on_online(now);
}

}  // namespace qq
