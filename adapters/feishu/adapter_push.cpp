// Adapter, the part that takes what comes in, over either way: each delivery is answered with success only when its
// events are on disk.

#include "adapters/feishu/adapter.h"
#include "adapters/kit/acknowledgement.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::Counter;
using onebot::LogLevel;
using onebot::json::View;
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

// For a log line: what a stranger sent may be long or hold anything.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) out += c > 0x20 && c < 0x7f && c != '"' ? c : '?';
  return out;
}

}  // namespace

void Adapter::on_push(const onebot::io::HttpRequest& request, Exchange exchange) {
  Verdict verdict = examine(request, settings_.keys);
  if (!verdict.push) {
    if (!verdict.answer.refusal.empty()) {
      host_.log.count("webhook_refused");
      host_.log.line(
          verdict.answer.response.status == 500 ? LogLevel::error : LogLevel::warn,
          fmt::format("push refused status={} reason=\"{}\"", verdict.answer.response.status, verdict.answer.refusal));
    }
    return exchange->answer(std::move(verdict.answer.response));
  }
  take("webhook", *std::move(verdict.push), receipt_for(std::move(exchange)));
}

// What comes over a connection that we opened ourselves needs no proof of where it is from.
void Adapter::on_delivery(const std::string& body, Receipt receipt) {
  auto document = onebot::json::Document::parse(body);
  if (!document || !document->root().is_object()) {
    host_.log.count("long_connection_invalid");
    host_.log.line(LogLevel::warn, fmt::format("delivery is no JSON object bytes={}", body.size()));
    return receipt(Outcome::unreadable, "");
  }
  Push push{.body = *std::move(document)};
  push.shape = shape_of(push.body.root());
  if (push.shape == Shape::legacy_card) push.delivery.id = legacy_card_id(body);
  take("long_connection", std::move(push), std::move(receipt));
}

void Adapter::on_online(bool) { update_online(); }

void Adapter::take(std::string_view way, Push push, Receipt receipt) {
  if (push.shape != Shape::event && push.shape != Shape::legacy && push.shape != Shape::legacy_card) {
    host_.log.count(way == "webhook" ? Counter("webhook_invalid") : Counter("long_connection_invalid"));
    host_.log.line(LogLevel::warn, fmt::format("delivery of no known shape way={}", way));
    return receipt(Outcome::taken, "");
  }
  if (!is_ready()) {
    host_.log.count(way == "webhook" ? Counter("webhook_put_off") : Counter("long_connection_put_off"));
    return receipt(Outcome::not_ready, "");
  }
  accept(std::move(push), std::move(receipt));
}

void Adapter::accept(Push push, Receipt receipt) {
  const std::string chat = unknown_chat(memory_, push.body.root());
  const bool can_ask = !settings_.paths.chat.empty() && token_.current();
  if (!chat.empty() && can_ask) return ask_chat(chat, std::move(push), std::move(receipt));
  deliver(push, std::move(receipt));
}

// A recalled message names its chat, but not whether that is a group.
void Adapter::ask_chat(const std::string& chat, Push push, Receipt receipt) {
  const std::uint64_t number = ++number_;
  Asking& asking = asking_[number];
  asking.push = std::move(push);
  asking.receipt = std::move(receipt);
  asking.timer = host_.loop.after(kChatWait, [this, number, chat] { asked_chat(number, chat, nullptr); });
  auto call = api_.call({.path = settings_.paths.chat, .places = {{"id", chat}}},
                        [this, number, chat](ApiResult answer) { asked_chat(number, chat, &answer); });
  if (const auto found = asking_.find(number); found != asking_.end()) found->second.call = std::move(call);
}

void Adapter::asked_chat(std::uint64_t number, const std::string& chat, const ApiResult* answer) {
  auto asking = asking_.extract(number);
  if (asking.empty()) return;
  if (answer && *answer) memory_.chats.set(chat, (*answer)->root().at("data.chat_mode").str() == "p2p");
  deliver(asking.mapped().push, std::move(asking.mapped().receipt));
}

void Adapter::deliver(const Push& push, Receipt receipt) {
  const View body = push.body.root();
  learn_self(body);
  learn_state(body);
  auto events = translate(body, account_, push.delivery);
  if (!events || is_malformed(*events)) report_malformed(body);
  if (!events || events->empty()) return receipt(Outcome::taken, is_callback(body) ? kShowNothing : "");

  onebot::Arrival arrival{.keys = keys(body, push.delivery), .records = learn(memory_, body, *events, account_)};
  for (const onebot::Event& event : *events) {
    if (event.detail_type.starts_with("group_member_")) members_.forget(onebot::text_of(event.fields, "group_id"));
  }
  arrival.events = *std::move(events);
  if (is_callback(body)) {
    // Nothing an application says could be in time, and it is never pushed again.
    receipt(Outcome::taken, kShowNothing);
  } else {
    arrival.committed = kit::acknowledge(
        host_.loop, settings_.dialect->deadline,
        [receipt = std::move(receipt)](kit::Stored stored) mutable { receipt(outcome_of(stored), ""); });
  }
  host_.events.emit(std::move(arrival));
}

void Adapter::learn_self(View push) {
  if (self_confirmed_ || !settings_.dialect->learns_self) return;
  const std::string id = learned_self(push);
  if (id.empty() || id == account_.user_id) return;
  name_ = push.at("event.message.mentions")[0].at("name").text();
  host_.events.remember({"self", "name", name_});
  host_.log.line(LogLevel::info, fmt::format("learned the bot's id from a mention self_id={}", printable(id)));
  set_self(id);
}

// What the platform tells about the app itself.
void Adapter::learn_state(View push) {
  const std::string type = event_type(push);
  if (type != "app_status_change" && type != "app_uninstalled") return;
  const std::string_view status = push.at("event.status").str();
  stopped_by_platform_ = type == "app_uninstalled" || status.starts_with("stop");
  host_.log.line(LogLevel::warn, fmt::format("the platform says {} status={}", type, printable(status)));
  update_online();
}

void Adapter::report_malformed(View push) {
  host_.log.count("events_malformed");
  host_.log.line(LogLevel::warn, fmt::format("event malformed id=\"{}\" type=\"{}\"", printable(event_id(push)),
                                             printable(event_type(push))));
}

}  // namespace feishu
