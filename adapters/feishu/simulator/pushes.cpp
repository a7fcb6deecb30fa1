#include "adapters/feishu/simulator/pushes.h"

#include "adapters/feishu/events/events.h"
#include "adapters/feishu/feed/webhook.h"
#include "adapters/feishu/simulator/reply.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <utility>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::Value;
using onebot::json::View;

constexpr std::size_t kMost = 1000;
constexpr std::string_view kTenant = "2ca1d211f64f6438";

// The object of this name, made when it is not there.
Fields& object(Fields& fields, std::string_view name) {
  const Value* old = onebot::find(fields, name);
  if (!old || !std::holds_alternative<Fields>(*old)) onebot::set(fields, name, Fields{});
  for (onebot::Field& field : fields) {
    if (field.name == name) return std::get<Fields>(field.value);
  }
  return fields;  // not reached
}

void fill(Fields& fields, std::string_view name, std::string value) {
  const Value* old = onebot::find(fields, name);
  if (!old || old->is_null()) onebot::set(fields, name, std::move(value));
}

std::string new_id() { return onebot::crypto::hex(onebot::crypto::random_bytes(16)); }

}  // namespace

std::string new_message_id(const Dialect& dialect) {
  return dialect.kinds_by_prefix ? fmt::format("om_{}", new_id()) : fmt::format("{}~", new_id());
}

Pushes::Pushes(const Dialect& dialect, std::string app_id, PushSettings settings, onebot::io::Loop& loop,
               onebot::io::Client& client, LongConnections& long_connections)
    : dialect_(dialect),
      app_id_(std::move(app_id)),
      settings_(std::move(settings)),
      loop_(loop),
      client_(client),
      long_connections_(long_connections) {}

std::string Pushes::now_ms() const { return milliseconds_text(loop_.wall()); }

onebot::Status Pushes::push(View native) {
  if (shape_of(native) == Shape::invalid) {
    return onebot::fail(onebot::Retcode::bad_request, "a push needs \"header\", \"type\" or a card's \"action\"");
  }
  if (settings_.url.empty() && !long_connections_.wanted())
    return onebot::fail(onebot::Retcode::bad_request, "there is no address to push to");
  const std::string plain = onebot::json::write(completed(native));
  const auto document = onebot::json::Document::parse(plain);
  if (!document) return std::unexpected(document.error());
  const std::string body = settings_.encrypt_key.empty()
                               ? plain
                               : onebot::json::write(Fields{{"encrypt", encrypt(settings_.encrypt_key, plain)}});
  if (on_push) on_push(document->root());
  const std::uint64_t number = ++number_;
  pushes_[number] = {.event_id = event_id(document->root()),
                     .event_type = event_type(document->root()),
                     .plain = plain,
                     .body = body,
                     .shape = shape_of(native)};
  if (pushes_.size() > kMost) pushes_.erase(pushes_.begin());
  attempt(number);
  return {};
}

Fields Pushes::completed(View native) {
  Fields push = std::get<Fields>(native.value());
  switch (shape_of(native)) {
    case Shape::event:
      complete_event(push);
      break;
    case Shape::legacy:
      complete_legacy(push);
      break;
    case Shape::challenge:
      fill(push, "challenge", onebot::crypto::uuid());
      fill(push, "token", settings_.verification_token);
      break;
    default:
      break;
  }
  return push;
}

void Pushes::complete_event(Fields& push) {
  Fields& header = object(push, "header");
  fill(header, "event_id", new_id());
  fill(header, "create_time", now_ms());
  fill(header, "token", settings_.verification_token);
  fill(header, "app_id", app_id_);
  fill(header, "tenant_key", std::string(kTenant));
  const std::string_view type = onebot::text_of(header, "event_type");
  if (!type.starts_with("im.message.receive")) return;
  Fields& event = object(push, "event");
  Fields& message = object(event, "message");
  fill(message, "message_id", new_message_id(dialect_));
  fill(message, "create_time", now_ms());
  fill(object(event, "sender"), "tenant_key", std::string(kTenant));
}

void Pushes::complete_legacy(Fields& push) {
  fill(push, "uuid", new_id());
  fill(push, "ts", fmt::format("{:.7f}", loop_.wall()));
  fill(push, "token", settings_.verification_token);
  Fields& event = object(push, "event");
  fill(event, "app_id", app_id_);
  fill(event, "tenant_key", std::string(kTenant));
  if (onebot::text_of(event, "type") == "message") fill(event, "open_message_id", new_message_id(dialect_));
}

void Pushes::attempt(std::uint64_t number) {
  Push& push = pushes_.at(number);
  if (long_connections_.is_open() || settings_.url.empty()) return attempt_long(number, push);
  onebot::io::HttpRequest request{.method = "POST",
                                  .url = settings_.url,
                                  .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                                  .body = push.body,
                                  .timeout = std::chrono::seconds(3)};
  if (!settings_.encrypt_key.empty() && settings_.sign) {
    const std::string timestamp = fmt::format("{}", static_cast<std::int64_t>(loop_.wall()));
    const std::string nonce = onebot::crypto::hex(onebot::crypto::random_bytes(8));
    request.headers.emplace_back("X-Lark-Request-Timestamp", timestamp);
    request.headers.emplace_back("X-Lark-Request-Nonce", nonce);
    request.headers.emplace_back("X-Lark-Signature", sign(timestamp, nonce, settings_.encrypt_key, push.body));
  }
  push.step = client_.send(std::move(request), [this, number](auto answer) {
    if (answer) return attempted(number, answer->status, std::move(answer->body));
    attempted(number, 0, answer.error().message);
  });
}

// Bodies are plain there, for it is the bridge that has shown who it is.
void Pushes::attempt_long(std::uint64_t number, Push& push) {
  push.step = long_connections_.send(
      push.shape == Shape::legacy_card ? "card" : "event", push.plain,
      [this, number](int status, const std::string& answer) { attempted(number, status, answer); });
}

void Pushes::attempted(std::uint64_t number, int status, std::string answer) {
  const auto found = pushes_.find(number);
  if (found == pushes_.end()) return;
  Push& push = found->second;
  const std::size_t attempts = push.statuses.size();
  push.statuses.push_back(status);
  push.answer = std::move(answer);
  const bool taken = status == 200 && !settings_.insists;
  if (taken || attempts >= settings_.retries.size()) return;
  push.step = loop_.after(settings_.retries[attempts], [this, number] {
    if (pushes_.contains(number)) attempt(number);
  });
}

onebot::List Pushes::list() const {
  onebot::List out;
  for (const auto& [number, push] : pushes_) {
    out.push_back(Fields{{"event_id", push.event_id},
                         {"event_type", push.event_type},
                         {"statuses", push.statuses},
                         {"answer", push.answer}});
  }
  return out;
}

}  // namespace feishu::simulator
