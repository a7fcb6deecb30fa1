#include "adapters/qq/simulator/pushes.h"

#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/webhook.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Deliveries;
using onebot::Fields;
using onebot::json::Document;
using namespace std::chrono_literals;

bool acknowledges(const Deliveries::Answer& answer) {
  const auto body = Document::parse(answer.text);
  return answer.status == 200 && body && body->root().at("op").integer() == static_cast<int>(Opcode::callback_ack) &&
         body->root().at("d").integer() == 0;
}

}  // namespace

Pushes::Pushes(std::string app_id, std::string_view app_secret, onebot::io::Loop& loop, onebot::io::Client& client)
    : app_id_(std::move(app_id)),
      key_(webhook_seed(app_secret)),
      loop_(loop),
      client_(client),
      deliveries_(loop, {.waits = {1s, 3s, 10s}}) {}  // how long they are the platform does not say

std::string Pushes::timestamp() const { return fmt::format("{}", static_cast<std::int64_t>(loop_.wall())); }

void Pushes::push(std::string_view name, const std::string& id, const onebot::Value& content) {
  Fields frame = {{"op", static_cast<int>(Opcode::dispatch)}, {"t", name}, {"d", content}};
  if (!id.empty()) frame.insert(frame.begin() + 1, {"id", id});
  begin({.id = id, .event = std::string(name), .is_taken = acknowledges}, onebot::json::write(frame), Signature::right);
}

void Pushes::validate(Signature signature) {
  const std::string token = onebot::crypto::hex(onebot::crypto::random_bytes(10)), asked_at = timestamp();
  const Fields content = {{"plain_token", token}, {"event_ts", asked_at}};
  const std::string proof =
      onebot::json::write(Fields{{"plain_token", token}, {"signature", sign_push(key_, asked_at, token)}});
  const auto proves = [proof](const Deliveries::Answer& answer) {
    return answer.status == 200 && answer.text == proof;
  };
  begin({.event = "validation", .is_taken = proves, .once = true},
        onebot::json::write(Fields{{"d", content}, {"op", static_cast<int>(Opcode::validation)}}), signature);
}

void Pushes::begin(Deliveries::Delivery delivery, std::string body, Signature signature) {
  delivery.attempt = [this, body = std::move(body), signature](Deliveries::Told told) {
    return kit::simulator::post(client_, request(body, signature), std::move(told));
  };
  deliveries_.begin(std::move(delivery));
}

onebot::io::HttpRequest Pushes::request(const std::string& body, Signature signature) const {
  onebot::io::HttpRequest request{
      .url = url_,
      .headers = {{"Content-Type", "application/json"}, {"User-Agent", "QQBot-Callback"}, {"X-Bot-Appid", app_id_}},
      .body = body};
  if (signature == Signature::none) return request;
  const std::string now = timestamp();
  request.headers.emplace_back("X-Signature-Method", "Ed25519");
  request.headers.emplace_back("X-Signature-Timestamp", now);
  request.headers.emplace_back("X-Signature-Ed25519", sign_push(key_, now, body));
  return request;
}

onebot::List Pushes::list() const {
  return deliveries_.list([](const Deliveries::Delivery& push) {
    return Fields{{"id", push.id},
                  {"event", push.event},
                  {"statuses", push.statuses},
                  {"answer", push.answer},
                  {"taken", push.taken}};
  });
}

}  // namespace qq::simulator
