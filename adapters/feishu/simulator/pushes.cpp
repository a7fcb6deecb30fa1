#include "adapters/feishu/simulator/pushes.h"

#include "adapters/feishu/events/native.h"
#include "adapters/feishu/feed/webhook.h"
#include "adapters/feishu/simulator/reply.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace feishu::simulator {
namespace {

using kit::simulator::Deliveries;
using onebot::Fields;
using onebot::Value;
using onebot::json::View;
using namespace std::chrono_literals;

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
      long_connections_(long_connections),
      deliveries_(loop, {.waits = {15s, 5min, 1h, 6h}}) {}  // the platform's own ladder

std::string Pushes::now_ms() const { return milliseconds_text(loop_.wall()); }

onebot::Status Pushes::push(View native) {
  if (shape_of(native) == Shape::invalid) {
    return onebot::fail(onebot::Retcode::bad_request, "a push needs \"header\", \"type\" or a card's \"action\"");
  }
  if (url_.empty() && !long_connections_.wanted())
    return onebot::fail(onebot::Retcode::bad_request, "there is no address to push to");
  const std::string plain = onebot::json::write(completed(native));
  const auto document = onebot::json::Document::parse(plain);
  if (!document) return std::unexpected(document.error());
  const std::string body = settings_.encrypt_key.empty()
                               ? plain
                               : onebot::json::write(Fields{{"encrypt", encrypt(settings_.encrypt_key, plain)}});
  if (on_push) on_push(document->root());
  const Native read = read_native(document->root());
  const std::string_view kind = read.shape == Shape::legacy_card ? "card" : "event";
  deliveries_.begin({.id = read.id,
                     .event = read.type,
                     .attempt =
                         [this, kind, plain, body](Deliveries::Told told) {
                           // Bodies are plain over the long connection, for it is the bridge that has shown who it is.
                           const bool dialed = long_connections_.is_open() || url_.empty();
                           return dialed ? long_connections_.send(kind, plain, std::move(told))
                                         : kit::simulator::post(client_, request(body), std::move(told));
                         },
                     .is_taken = [](const Deliveries::Answer& answer) { return answer.status == 200; }});
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

onebot::io::HttpRequest Pushes::request(const std::string& body) const {
  onebot::io::HttpRequest request{
      .url = url_, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = body};
  if (settings_.encrypt_key.empty() || !settings_.sign) return request;
  const std::string timestamp = fmt::format("{}", static_cast<std::int64_t>(loop_.wall()));
  const std::string nonce = onebot::crypto::hex(onebot::crypto::random_bytes(8));
  request.headers.emplace_back("X-Lark-Request-Timestamp", timestamp);
  request.headers.emplace_back("X-Lark-Request-Nonce", nonce);
  request.headers.emplace_back("X-Lark-Signature", sign(timestamp, nonce, settings_.encrypt_key, body));
  return request;
}

void Pushes::add_to(kit::simulator::Knobs& knobs) {
  knobs.turn("settings", [this](const Call& call) { return set(call.body), kit::simulator::done(); });
  knobs.show("pushes", [this] {
    return deliveries_.list([](const Deliveries::Delivery& push) {
      return Fields{
          {"event_id", push.id}, {"event_type", push.event}, {"statuses", push.statuses}, {"answer", push.answer}};
    });
  });
}

void Pushes::set(View change) {
  if (const View key = change.at("encrypt_key"); key.is_string()) settings_.encrypt_key = key.str();
  if (const View token = change.at("verification_token"); token.is_string()) settings_.verification_token = token.str();
  if (const View signs = change.at("sign"); signs.is_bool()) settings_.sign = signs.boolean();
  if (const View insists = change.at("insist"); insists.is_bool()) deliveries_.ladder().insists = insists.boolean();
  const View waits = change.at("retry_ms");
  if (!waits.is_array()) return;
  deliveries_.ladder().waits.clear();
  for (std::size_t i = 0; i < waits.size(); ++i) {
    deliveries_.ladder().waits.emplace_back(kit::simulator::small(waits[i].integer().value_or(1000)));
  }
}

}  // namespace feishu::simulator
