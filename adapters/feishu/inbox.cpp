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
constexpr std::chrono::minutes kAskAgain{10};  // about a chat whose kind nobody would tell

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
    exchange->answer(outcome == Outcome::taken ? accepted() : put_off(refusal.status, refusal.why));
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
  asked_.clear();
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
      "insecure = true, and neither encrypt_key nor verification_token is set: anybody who finds the address can push "
      "events");
}

void Inbox::on_push(const onebot::io::HttpRequest& request, Exchange exchange) {
  Verdict verdict = examine(request, settings_.keys, parts_.host.loop.wall());
  if (!verdict.push) {
    report_refusal(verdict.answer);
    return exchange->answer(std::move(verdict.answer.response));
  }
  take(kWebhook, *std::move(verdict.push), receipt_for(std::move(exchange)));
}

void Inbox::report_refusal(const Answer& answer) {
  if (answer.refusal.empty()) return;
  parts_.host.log.count("webhook_refused");
  parts_.host.log.line(answer.by_our_mistake ? LogLevel::error : LogLevel::warn,
                       fmt::format("push refused: {}", answer.refusal));
}

// What comes over a connection that we opened ourselves needs no proof of where it is from.
void Inbox::on_delivery(const std::string& body, Receipt receipt) {
  auto document = read_push(body);
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
  if (push.native.trait(onebot::Trait::Kind::receipt_now)) {
    // Nothing an application says could be in time, and it is never pushed again.
    receipt(Outcome::taken, kShowNothing);
    receipt = nullptr;
  }
  const std::string chat = unknown_chat(push.native, parts_.memory);
  if (!chat.empty() && can_ask(chat)) return wait_for_kind(chat, std::move(push), std::move(receipt));
  deliver(std::move(push), std::move(receipt));
}

bool Inbox::can_ask(const std::string& chat) const {
  const milliseconds* asked_at = unanswered_.find(chat);
  const bool in_vain = asked_at && parts_.host.loop.now() < *asked_at + kAskAgain;
  return !in_vain && !settings_.paths.chat.empty() && parts_.token.current();
}

// Some events name their chat, but not whether that is a group.
void Inbox::wait_for_kind(const std::string& chat, Push push, Receipt receipt) {
  Asked& asked = asked_[chat];
  const bool first = !asked.call;
  asked.waiting.push_back({std::move(push), std::move(receipt)});
  if (!asked.timer) {
    const milliseconds wait = std::min(kChatWait, settings_.dialect->deadline / 2);
    asked.timer = parts_.host.loop.after(wait, [this, chat] { release(chat); });
  }
  if (first) ask_kind(chat);
}

void Inbox::ask_kind(const std::string& chat) {
  auto call = parts_.api.call({.path = settings_.paths.chat, .places = {{"id", chat}}},
                              [this, chat](const ApiResult& answer) { told_kind(chat, answer); });
  if (const auto asked = asked_.find(chat); asked != asked_.end()) asked->second.call = std::move(call);
}

void Inbox::told_kind(const std::string& chat, const ApiResult& answer) {
  const std::string_view mode = answer ? answer->root().at("data.chat_mode").str() : "";
  if (mode.empty()) {
    unanswered_.set(chat, parts_.host.loop.now());
  } else {
    parts_.memory.chats.set(chat, mode == "p2p");
  }
  auto asked = asked_.extract(chat);  // and with it the call and the timer
  if (asked.empty()) return;
  for (PutOff& push : asked.mapped().waiting) deliver(std::move(push.push), std::move(push.receipt));
}

// The answer is late; when it comes, it is there for the next event.
void Inbox::release(const std::string& chat) {
  const auto asked = asked_.find(chat);
  if (asked == asked_.end()) return;
  auto waiting = std::exchange(asked->second.waiting, {});
  const auto timer = std::exchange(asked->second.timer, nullptr);
  for (PutOff& push : waiting) deliver(std::move(push.push), std::move(push.receipt));
}

void Inbox::deliver(Push push, Receipt receipt) {
  const Native native = placed(std::move(push.native), parts_.memory);
  parts_.identity.learn(native);
  const Account& account = parts_.identity.account();
  auto translated = translate(native, account);
  report(native, translated);
  if (translated.events.empty()) {
    if (receipt) receipt(Outcome::taken, "");
    return;
  }
  parts_.memory.learn(native, translated.events, account);
  onebot::Arrival arrival{.events = std::move(translated.events), .keys = keys(native)};
  if (receipt) {
    arrival.committed = kit::acknowledge(
        parts_.host.loop, settings_.dialect->deadline,
        [receipt = std::move(receipt)](kit::Stored stored) mutable { receipt(outcome_of(stored), ""); });
  }
  parts_.host.events.emit(std::move(arrival));
}

void Inbox::report(const Native& native, const Translated& translated) {
  const bool malformed = is_malformed(translated.events);
  if (!malformed && translated.left_out == 0) return;
  const std::string name = fmt::format("id=\"{}\" type=\"{}\"", printable(native.id), printable(native.type));
  if (malformed) {
    parts_.host.log.count("events_malformed");
    parts_.host.log.line(LogLevel::warn, fmt::format("event malformed {}", name));
    return;
  }
  parts_.host.log.count("events_malformed", translated.left_out);
  parts_.host.log.line(LogLevel::warn, fmt::format("members without an id {} left_out={}", name, translated.left_out));
}

}  // namespace feishu
