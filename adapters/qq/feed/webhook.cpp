#include "adapters/qq/feed/webhook.h"

#include "adapters/kit/push_age.h"
#include "adapters/qq/feed/gateway.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace qq {
namespace {

using onebot::Fields;
using onebot::io::HttpRequest;
using onebot::io::HttpResponse;
using onebot::json::Document;
using onebot::json::View;
namespace crypto = onebot::crypto;

constexpr int kRefused = 401;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_printable(char c) { return c > ' ' && c <= '~'; }

bool consists_of(std::string_view text, bool (*belongs)(char), std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, belongs);
}

bool is_timestamp(std::string_view text) { return consists_of(text, is_digit, 1, 20); }

// What is signed begins with a digit, and a body with a brace: a signature of one is none of the other as long as no
// brace can follow the digits.
bool is_plain_token(std::string_view text) {
  return consists_of(text, is_printable, 1, 256) && text.find('{') == std::string_view::npos;
}
bool is_unsuspicious_token(std::string_view text) { return consists_of(text, is_alphanumeric, 8, 64); }

HttpResponse json_answer(const Fields& body) {
  return {200, {{"Content-Type", "application/json"}}, onebot::json::write(body)};
}

// The same for all: who may not push learns nothing of the reason, which is for the log.
Verdict refuse(std::string_view why) { return {.answer = {kRefused, {}, {}}, .refusal = why}; }
Verdict answer(HttpResponse response) { return {.answer = std::move(response)}; }

std::string_view header(const HttpRequest& request, std::string_view name) {
  return onebot::io::header(request.headers, name).value_or(std::string_view());
}

// nullopt: not 128 hexadecimal digits, or a number no signature has.
std::optional<std::string> read_signature(std::string_view hex) {
  if (hex.size() != 128) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = onebot::ascii::hex_digit(hex[i]), low = onebot::ascii::hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  if ((static_cast<unsigned char>(bytes.back()) & 0xE0) != 0) return std::nullopt;
  return bytes;
}

double seconds_of(std::string_view timestamp) {
  double seconds = 0;
  std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  return seconds;
}

}  // namespace

std::string webhook_seed(std::string_view app_secret) {
  constexpr std::size_t kSize = 32;
  std::string seed(app_secret.substr(0, kSize));
  while (!seed.empty() && seed.size() < kSize) seed += seed.substr(0, kSize - seed.size());
  return seed;
}

std::string sign_push(const crypto::Ed25519& key, std::string_view timestamp, std::string_view body) {
  return crypto::hex(key.sign(fmt::format("{}{}", timestamp, body)));
}

HttpResponse taken() { return json_answer({{"op", static_cast<int>(Opcode::callback_ack)}, {"d", 0}}); }
HttpResponse not_taken() { return {503, {}, {}}; }

Webhook::Webhook(std::string app_id, std::string_view app_secret, WebhookRules rules)
    : app_id_(std::move(app_id)), rules_(rules), key_(webhook_seed(app_secret)) {}

Verdict Webhook::examine(const HttpRequest& request, double wall) const {
  if (request.body.size() > kFrameLimits.bytes) return refuse("the body is too large");
  if (header(request, kAppIdHeader) != app_id_) return refuse("it is for another bot");
  const std::string_view timestamp = header(request, kTimestampHeader), hex = header(request, kSignatureHeader);
  if (timestamp.empty() && hex.empty()) return examine_unsigned(request.body);
  if (!is_timestamp(timestamp)) return refuse("the timestamp is no number");
  const auto signature = read_signature(hex);
  if (!signature) return refuse("the signature is unreadable");
  if (!kit::is_timely(seconds_of(timestamp), wall, rules_.max_age))
    return refuse("it is too old, or our clock is wrong");
  if (!key_.verify(fmt::format("{}{}", timestamp, request.body), *signature)) {
    return refuse("the signature is wrong");
  }
  return read(request.body, crypto::hex(*signature));
}

Verdict Webhook::examine_unsigned(std::string_view body) const {
  if (!rules_.unsigned_validation) return refuse("it is not signed");
  const auto frame = Document::parse(body, kFrameLimits);
  const View content = frame ? frame->root().at("d") : View();
  const bool validation = frame && frame->root().at("op").integer() == static_cast<int>(Opcode::validation);
  if (!validation || !is_unsuspicious_token(content.at("plain_token").str())) return refuse("it is not signed");
  return validate(content);
}

Verdict Webhook::read(std::string_view body, std::string signature) const {
  // A platform may cut text in the middle of a character; that must not cost the event.
  auto frame = onebot::json::is_utf8(body) ? Document::parse(body, kFrameLimits)
                                           : Document::parse(onebot::json::repair_utf8(body), kFrameLimits);
  if (!frame || !frame->root().is_object()) return refuse("the body is no JSON object");
  const View op = frame->root().at("op"), content = frame->root().at("d");
  if (op.is_missing()) return {.dispatch = *std::move(frame), .signature = std::move(signature)};
  switch (static_cast<Opcode>(op.integer().value_or(-1))) {
    case Opcode::dispatch:
      return {.dispatch = *std::move(frame), .signature = std::move(signature)};
    case Opcode::heartbeat:
      return answer(json_answer({{"op", static_cast<int>(Opcode::heartbeat_ack)},
                                 {"d", content.is_number() ? content.value() : onebot::Value()}}));
    case Opcode::validation:
      return validate(content);
    default:
      return answer(taken());  // whatever it is, pushing it again would not help
  }
}

Verdict Webhook::validate(View content) const {
  const std::string_view token = content.at("plain_token").str(), timestamp = content.at("event_ts").str();
  if (!is_timestamp(timestamp) || !is_plain_token(token)) return refuse("what it wants signed could be a push");
  return answer(json_answer({{"plain_token", token}, {"signature", sign_push(key_, timestamp, token)}}));
}

}  // namespace qq
