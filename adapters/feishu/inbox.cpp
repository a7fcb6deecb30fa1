#include "adapters/feishu/inbox.h"

#include "adapters/feishu/events/events.h"
#include "adapters/feishu/printable.h"
#include "adapters/kit/acknowledgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;

constexpr milliseconds kChatWait{1000};

struct Refusal {
  int status = 0;
  std::string_view why{};
};
constexpr Refusal kRefusals[] = {
    // by Outcome
    {200}, {400, "invalid JSON"}, {503, "not ready"}, {500, "not stored"}, {503, "not stored in time"},
};

Outcome outcome_of(kit::Stored stored) {
  if (stored == kit::Stored::late) return Outcome::late;
  return stored == kit::Stored::yes ? Outcome::taken : Outcome::not_stored;
}

Receipt receipt_for(std::unique_ptr<onebot::io::Exchange> exchange) {
  return [exchange = std::move(exchange)](Outcome outcome, std::string_view) {
    const Refusal& refusal = kRefusals[static_cast<std::size_t>(outcome)];
    exchange->answer(outcome == Outcome::taken ? accepted() : refused(refusal.status, refusal.why));
  };
}

}  // namespace

struct Inbox::Way {
  std::string_view name{};
  onebot::Counter invalid, put_off;
};
constexpr Inbox::Way Inbox::kWebhook = {"webhook", "webhook_invalid", "webhook_put_off"};
constexpr Inbox::Way Inbox::kLongConnection = {"long_connection", "long_connection_invalid", "long_connection_put_off"};

Inbox::Inbox(const Settings& settings, const Parts& parts, kit::Random random, onebot::Then changed)
    : settings_(settings), parts_(parts), changed_(std::move(changed)) {
  if (!settings.dials) return;
  feed_ = std::make_unique<Feed>(Feed::Config{settings.api, settings.app_id, settings.app_secret, std::move(random)},
                                 Feed::Parts{parts.host.loop, parts.host.client, parts.host.log},
                                 static_cast<FeedPeer&>(*this));
}

void Inbox::start() {
  if (feed_) return dial();
  warn_if_open();
  parts_.host.ingress.want_headers(kPushHeaders);
  pushes_ = parts_.host.ingress.on_push(
      fmt::format("/{}/{}", settings_.dialect->platform, settings_.app_id),
      [this](const onebot::io::HttpRequest& request, Exchange exchange) { on_push(request, std::move(exchange)); });
}

void Inbox::stop() {
  if (feed_) feed_->stop();
  pushes_.reset();
  put_off_.clear();
}

void Inbox::dial() {
  if (feed_ && parts_.identity.is_known()) feed_->start();
}

void Inbox::hold(bool on) {
  held_ = on;
  if (feed_) feed_->hold(on);
}

void Inbox::warn_if_open() {
  if (!settings_.keys.encrypt_key.empty() || !settings_.keys.verification_token.empty()) return;
  parts_.host.log.line(
      LogLevel::warn,
      "neither encrypt_key nor verification_token is set: anybody who finds the address can push events");
}

void Inbox::on_push(const onebot::io::HttpRequest& request, Exchange exchange) {
  Verdict verdict = examine(request, settings_.keys);
  if (!verdict.push) {
    report_refusal(verdict.answer);
    return exchange->answer(std::move(verdict.answer.response));
  }
  take(kWebhook, *std::move(verdict.push), receipt_for(std::move(exchange)));
}

void Inbox::report_refusal(const Answer& answer) {
  if (answer.refusal.empty()) return;
  const int status = answer.response.status;
  parts_.host.log.count("webhook_refused");
  parts_.host.log.line(status == 500 ? LogLevel::error : LogLevel::warn,
                       fmt::format("push refused status={} reason=\"{}\"", status, answer.refusal));
}

// What comes over a connection that we opened ourselves needs no proof of where it is from.
void Inbox::on_delivery(const std::string& body, Receipt receipt) {
  auto document = onebot::json::Document::parse(body);
  if (!document || !document->root().is_object()) {
    parts_.host.log.count("long_connection_invalid");
    parts_.host.log.line(LogLevel::warn, fmt::format("delivery is no JSON object bytes={}", body.size()));
    return receipt(Outcome::unreadable, "");
  }
  const Shape shape = shape_of(document->root());
  Native native = read_native(document->root(), shape);
  Push push{.body = *std::move(document), .native = std::move(native)};
  take(kLongConnection, std::move(push), std::move(receipt));
}

void Inbox::take(const Way& way, Push push, Receipt receipt) {
  if (!push.native.is_event()) {
    parts_.host.log.count(way.invalid);
    parts_.host.log.line(LogLevel::warn, fmt::format("delivery of no known shape way={}", way.name));
    return receipt(Outcome::taken, "");
  }
  if (!is_ready()) {
    parts_.host.log.count(way.put_off);
    return receipt(Outcome::not_ready, "");
  }
  accept(std::move(push), std::move(receipt));
}

void Inbox::accept(Push push, Receipt receipt) {
  const std::string chat = unknown_chat(push.native, parts_.memory);
  const bool can_ask = !settings_.paths.chat.empty() && parts_.token.current();
  if (!chat.empty() && can_ask) return ask_chat(chat, std::move(push), std::move(receipt));
  deliver(std::move(push), std::move(receipt));
}

// A recalled message names its chat, but not whether that is a group.
void Inbox::ask_chat(const std::string& chat, Push push, Receipt receipt) {
  const std::uint64_t number = ++number_;
  PutOff& put_off = put_off_[number];
  put_off.push = std::move(push);
  put_off.receipt = std::move(receipt);
  put_off.timer = parts_.host.loop.after(kChatWait, [this, number, chat] { asked_chat(number, chat, nullptr); });
  auto call = parts_.api.call({.path = settings_.paths.chat, .places = {{"id", chat}}},
                              [this, number, chat](ApiResult answer) { asked_chat(number, chat, &answer); });
  if (const auto found = put_off_.find(number); found != put_off_.end()) found->second.call = std::move(call);
}

void Inbox::asked_chat(std::uint64_t number, const std::string& chat, const ApiResult* answer) {
  auto put_off = put_off_.extract(number);
  if (put_off.empty()) return;
  if (answer && *answer) parts_.memory.chats.set(chat, (*answer)->root().at("data.chat_mode").str() == "p2p");
  deliver(std::move(put_off.mapped().push), std::move(put_off.mapped().receipt));
}

void Inbox::deliver(Push push, Receipt receipt) {
  const Native native = placed(std::move(push.native), parts_.memory);
  parts_.identity.learn(native);
  const Account& account = parts_.identity.account();
  auto events = translate(native, account);
  if (is_malformed(events)) report_malformed(native);
  const bool at_once = native.trait(onebot::Trait::Kind::receipt_now) != nullptr;
  if (events.empty()) return receipt(Outcome::taken, at_once ? kShowNothing : "");

  onebot::Arrival arrival{.keys = keys(native), .records = parts_.memory.learn(native, events, account)};
  arrival.events = std::move(events);
  if (at_once) {
    // Nothing an application says could be in time, and it is never pushed again.
    receipt(Outcome::taken, kShowNothing);
  } else {
    arrival.committed = kit::acknowledge(
        parts_.host.loop, settings_.dialect->deadline,
        [receipt = std::move(receipt)](kit::Stored stored) mutable { receipt(outcome_of(stored), ""); });
  }
  parts_.host.events.emit(std::move(arrival));
}

void Inbox::report_malformed(const Native& native) {
  parts_.host.log.count("events_malformed");
  parts_.host.log.line(LogLevel::warn, fmt::format("event malformed id=\"{}\" type=\"{}\"", printable(native.id),
                                                   printable(native.type)));
}

}  // namespace feishu
