#include "adapters/feishu/feed/webhook.h"

#include "adapters/kit/push_age.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::io::HttpRequest;
using onebot::io::HttpResponse;
using onebot::json::Document;
using onebot::json::View;
namespace crypto = onebot::crypto;

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMostChallenge = 2048;  // bytes of an encrypted one; those seen have 200

HttpResponse json_answer(int status, const Fields& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, onebot::json::write(body)};
}

Verdict refuse(std::string_view why) { return {.answer = {json_answer(401, {{"message", "refused"}}), why}}; }

std::string_view header(const HttpRequest& request, std::string_view name) {
  return onebot::io::header(request.headers, name).value_or(std::string_view());
}

// Text or number, as seconds since the epoch; 0: it is no time.
double time_of(std::string_view text) {
  const auto timestamp = Document::parse(onebot::json::write(onebot::List{text}));
  return timestamp ? onebot::any_time(timestamp->root()[0]) : 0;
}

// A push on its way through the checks.
struct Pushed {
  const HttpRequest& request;
  const WebhookKeys& keys;
  double wall = 0;

  bool has_signature() const { return !header(request, kSignature).empty(); }
  bool is_signed() const {
    return crypto::constant_time_equal(
        header(request, kSignature),
        sign(header(request, kTimestamp), header(request, kNonce), keys.encrypt_key, request.body));
  }
  bool is_signed_as_card() const {
    return crypto::constant_time_equal(
        header(request, kSignature),
        sign_legacy_card(header(request, kTimestamp), header(request, kNonce), keys.verification_token, request.body));
  }
  double signed_at() const { return time_of(header(request, kTimestamp)); }
  bool is_timely(double sent) const { return kit::is_timely(sent, wall, keys.max_age); }
  // One that is not configured is never in it.
  bool has_token(View body) const {
    const View token = body.at("header").is_object() ? body.at("header.token") : body.at("token");
    return !keys.verification_token.empty() && token.is_string() &&
           crypto::constant_time_equal(token.str(), keys.verification_token);
  }
};

constexpr std::string_view kNotSigned = "it is not signed", kWrongSignature = "the signature is wrong",
                           kTooOld = "it is older than push_max_age, or our clock is wrong",
                           kWrongToken = "it has not the verification_token of the configuration",
                           kNoObject = "it is no JSON object", kWrongKey = "it cannot be decrypted by encrypt_key";

Verdict challenged(View body) { return {.answer = {json_answer(200, {{"challenge", body.at("challenge").text()}})}}; }

Verdict take(Document body, Shape shape, double sent_at = 0) {
  Native native = read_native(body.root(), shape, sent_at);
  return {.push = Push{.body = std::move(body), .native = std::move(native)}};
}

// A legacy card carries no verification token; its signature is the only proof. It has no time of its own, either.
Verdict judge_card(const Pushed& in, Document body) {
  if (in.keys.verification_token.empty()) return take(std::move(body), Shape::legacy_card, in.signed_at());
  if (!in.has_signature()) return refuse(kNotSigned);
  if (!in.is_signed_as_card()) return refuse(kWrongSignature);
  if (!in.is_timely(in.signed_at())) return refuse(kTooOld);
  return take(std::move(body), Shape::legacy_card, in.signed_at());
}

// Without an encrypt_key.
Verdict examine_plain(const Pushed& in) {
  auto body = read_push(in.request.body);
  if (!body || !body->root().is_object()) return refuse(kNoObject);
  const Shape shape = shape_of(body->root());
  if (shape == Shape::encrypted) {
    Verdict verdict = refuse("it is encrypted, but no encrypt_key is configured");
    verdict.answer.by_our_mistake = true;
    return verdict;
  }
  if (shape == Shape::legacy_card) return judge_card(in, *std::move(body));
  if (!in.keys.verification_token.empty() && !in.has_token(body->root())) return refuse(kWrongToken);
  return shape == Shape::challenge ? challenged(body->root()) : take(*std::move(body), shape);
}

// The object that is hidden in it; nullopt: there is none. What cannot be unpadded is read like everything else, so
// that this takes as long.
std::optional<Document> open(const WebhookKeys& keys, std::string_view sealed) {
  const auto hidden = decipher(keys.encrypt_key, sealed);
  if (!hidden) return std::nullopt;
  auto body = read_push(hidden->text);
  if (!hidden->padded || !body || !body->root().is_object()) return std::nullopt;
  return *std::move(body);
}

// The signature was right.
Verdict judge_signed(const Pushed& in, std::string_view sealed) {
  auto body = open(in.keys, sealed);
  if (!body) return refuse(kWrongKey);
  const Shape shape = shape_of(body->root());
  const bool has_place = shape != Shape::legacy_card && shape != Shape::invalid;
  if (has_place && !in.keys.verification_token.empty() && !in.has_token(body->root())) return refuse(kWrongToken);
  return shape == Shape::challenge ? challenged(body->root()) : take(*std::move(body), shape, in.signed_at());
}

// Nothing but the key and the token says where it is from. Challenges are often not signed.
Verdict judge_unsigned(const Pushed& in, std::string_view sealed) {
  const bool must_be_signed = in.keys.signature == Signed::require;
  if (must_be_signed && sealed.size() > kMostChallenge) return refuse(kNotSigned);
  auto body = open(in.keys, sealed);
  const View push = body ? body->root() : View();
  const Shape shape = body ? shape_of(push) : Shape::invalid;
  const bool has_token = in.has_token(push);
  if (shape == Shape::challenge && (has_token || in.keys.verification_token.empty())) return challenged(push);
  if (must_be_signed) return refuse(kNotSigned);
  if (!body) return refuse(kWrongKey);
  if (!has_token && !in.keys.verification_token.empty()) return refuse(kWrongToken);
  Verdict verdict = take(*std::move(body), shape);
  const double sent = verdict.push->native.time;
  return sent <= 0 || in.is_timely(sent) ? std::move(verdict) : refuse(kTooOld);
}

Verdict examine_sealed(const Pushed& in) {
  const bool is_proven = in.keys.signature != Signed::off && in.has_signature();
  if (is_proven && !in.is_signed()) return refuse(kWrongSignature);
  if (is_proven && !in.is_timely(in.signed_at())) return refuse(kTooOld);
  const auto body = read_push(in.request.body);
  if (!body || !body->root().is_object()) return refuse(kNoObject);
  const Shape shape = shape_of(body->root());
  if (shape == Shape::challenge && in.has_token(body->root())) return challenged(body->root());
  if (shape != Shape::encrypted) return refuse("it is not encrypted");
  const std::string_view sealed = body->root().at("encrypt").str();
  return is_proven ? judge_signed(in, sealed) : judge_unsigned(in, sealed);
}

}  // namespace

Verdict examine(const HttpRequest& request, const WebhookKeys& keys, double wall) {
  if (request.method != "POST") {
    Verdict verdict = refuse("it is no POST");
    verdict.answer.response.status = 405;
    verdict.answer.response.headers.emplace_back("Allow", "POST");
    return verdict;
  }
  const Pushed in{.request = request, .keys = keys, .wall = wall};
  return keys.encrypt_key.empty() ? examine_plain(in) : examine_sealed(in);
}

onebot::Result<Document> read_push(std::string_view text) {
  return onebot::json::is_utf8(text) ? Document::parse(text) : Document::parse(onebot::json::repair_utf8(text));
}

HttpResponse accepted() { return json_answer(200, {}); }

HttpResponse put_off(int status, std::string_view what) { return json_answer(status, {{"message", what}}); }

std::string sign(std::string_view timestamp, std::string_view nonce, std::string_view encrypt_key,
                 std::string_view body) {
  return crypto::hex(crypto::sha256(fmt::format("{}{}{}{}", timestamp, nonce, encrypt_key, body)));
}

std::string sign_legacy_card(std::string_view timestamp, std::string_view nonce, std::string_view verification_token,
                             std::string_view body) {
  return crypto::hex(crypto::sha1(fmt::format("{}{}{}{}", timestamp, nonce, verification_token, body)));
}

std::string encrypt(std::string_view encrypt_key, std::string_view plain) {
  const std::string iv = crypto::random_bytes(kBlock);
  return crypto::base64(iv + crypto::aes_256_cbc_encrypt(crypto::sha256(encrypt_key), iv, plain));
}

std::optional<crypto::Deciphered> decipher(std::string_view encrypt_key, std::string_view base64) {
  const auto raw = crypto::base64_decode(base64);
  if (!raw || raw->size() < 2 * kBlock) return std::nullopt;
  const std::string_view bytes = *raw;
  return crypto::aes_256_cbc_decipher(crypto::sha256(encrypt_key), bytes.substr(0, kBlock), bytes.substr(kBlock));
}

std::optional<std::string> decrypt(std::string_view encrypt_key, std::string_view base64) {
  auto hidden = decipher(encrypt_key, base64);
  if (!hidden || !hidden->padded) return std::nullopt;
  return std::move(hidden->text);
}

}  // namespace feishu
