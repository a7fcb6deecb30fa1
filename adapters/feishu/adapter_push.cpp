// Adapter, the part that takes pushes: each is answered with success only when its events are on disk.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/feishu/adapter.h"
#include "onebot/crypto.h"

namespace feishu {
namespace {

using onebot::LogLevel;
using onebot::json::View;
using std::chrono::milliseconds;

constexpr milliseconds kChatWait{1000};

// A push whose events are being written. It is answered once: in time, or by the platform's deadline.
struct Waiting {
  std::unique_ptr<onebot::io::Exchange> exchange{};
  onebot::io::Owner deadline{};

  void answer(onebot::io::HttpResponse response) {
    if (const auto told = std::exchange(exchange, nullptr)) told->answer(std::move(response));
  }
};

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
  if (verdict.push->shape == Shape::invalid || verdict.push->shape == Shape::encrypted) {
    host_.log.count("webhook_invalid");
    host_.log.line(LogLevel::warn, fmt::format("push of no known shape bytes={}", request.body.size()));
    return exchange->answer(accepted());
  }
  if (!is_ready()) {
    host_.log.count("webhook_put_off");
    return exchange->answer(refused(503, "not ready"));
  }
  accept(*std::move(verdict.push), std::move(exchange));
}

// Over the long connection there is nothing to prove: it is the platform's own.
void Adapter::on_payload(std::string payload, Exchange exchange) {
  auto body = onebot::json::Document::parse(payload);
  if (!body || !body->root().is_object()) {
    host_.log.count("long_connection_invalid");
    return exchange->answer(refused(400, "invalid JSON"));
  }
  Push push{.body = *std::move(body)};
  push.shape = shape_of(push.body.root());
  if (push.shape == Shape::invalid || push.shape == Shape::encrypted || push.shape == Shape::challenge) {
    host_.log.count("long_connection_invalid");
    return exchange->answer(accepted());
  }
  if (!is_ready()) return exchange->answer(refused(503, "not ready"));
  if (push.shape == Shape::legacy_card) {
    push.delivery = {onebot::crypto::hex(onebot::crypto::sha256(payload)).substr(0, 32), host_.loop.wall()};
  }
  accept(std::move(push), std::move(exchange));
}

void Adapter::accept(Push push, Exchange exchange) {
  const std::string chat = unknown_chat(memory_, push.body.root());
  const bool can_ask = !settings_.paths.chat.empty() && token_.current();
  if (!chat.empty() && can_ask) return ask_chat(chat, std::move(push), std::move(exchange));
  deliver(push, std::move(exchange));
}

// A recalled message names its chat, but not whether that is a group.
void Adapter::ask_chat(const std::string& chat, Push push, Exchange exchange) {
  const std::uint64_t number = ++number_;
  Asking& asking = asking_[number];
  asking.push = std::move(push);
  asking.exchange = std::move(exchange);
  asking.timer = host_.loop.after(kChatWait, [this, number, chat] { asked_chat(number, chat, nullptr); });
  auto call = api_.call({.path = path_to(settings_.paths.chat, chat)},
                        [this, number, chat](ApiResult answer) { asked_chat(number, chat, &answer); });
  if (const auto found = asking_.find(number); found != asking_.end()) found->second.call = std::move(call);
}

void Adapter::asked_chat(std::uint64_t number, const std::string& chat, const ApiResult* answer) {
  auto asking = asking_.extract(number);
  if (asking.empty()) return;
  if (answer && *answer) memory_.chats.set(chat, (*answer)->root().at("data.chat_mode").str() == "p2p");
  deliver(asking.mapped().push, std::move(asking.mapped().exchange));
}

void Adapter::deliver(const Push& push, Exchange exchange) {
  const View body = push.body.root();
  learn_self(body);
  learn_state(body);
  auto events = translate(body, account_, push.delivery);
  if (!events || is_malformed(*events)) report_malformed(body);
  if (!events || events->empty()) return exchange->answer(accepted());

  auto waiting = std::make_shared<Waiting>(Waiting{.exchange = std::move(exchange)});
  onebot::Arrival arrival{.keys = keys(body, push.delivery), .records = learn(memory_, body, *events, account_)};
  arrival.events = *std::move(events);
  if (is_callback(body)) {
    // Nothing an application says could be in time, and it is never pushed again.
    waiting->answer(accepted());
  } else {
    waiting->deadline = host_.loop.after(settings_.dialect->deadline, [weak = std::weak_ptr(waiting)] {
      if (const auto late = weak.lock()) late->answer(refused(503, "not stored in time"));
    });
    arrival.committed = [waiting](bool stored) {
      waiting->deadline.reset();
      waiting->answer(stored ? accepted() : refused(500, "not stored"));
    };
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
