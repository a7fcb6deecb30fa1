#include "adapters/feishu/feed/webhook.h"

#include "onebot/crypto.h"
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

HttpResponse json_answer(int status, const Fields& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, onebot::json::write(body)};
}

Verdict refuse(int status, std::string_view what) { return {.answer = {refused(status, what), what}}; }

std::string_view header(const HttpRequest& request, std::string_view name) {
  return onebot::io::header(request.headers, name).value_or(std::string_view());
}

// A push on its way through the checks.
struct Pushed {
  const HttpRequest& request;
  const WebhookKeys& keys;

  bool has_signature() const { return !header(request, kSignature).empty(); }
  bool is_signed_as(std::string_view expected) const {
    return crypto::constant_time_equal(header(request, kSignature), expected);
  }
  std::string expected_signature() const {
    return sign(header(request, kTimestamp), header(request, kNonce), keys.encrypt_key, request.body);
  }
  std::string expected_card_signature() const {
    return sign_legacy_card(header(request, kTimestamp), header(request, kNonce), keys.verification_token,
                            request.body);
  }
  bool has_token(View body) const {
    const View token = body.at("header").is_object() ? body.at("header.token") : body.at("token");
    return keys.verification_token.empty() ||
           (token.is_string() && crypto::constant_time_equal(token.str(), keys.verification_token));
  }
};

// A legacy card carries no verification token; its signature is the only proof.
std::optional<Verdict> check_card(const Pushed& in) {
  if (in.keys.verification_token.empty() || in.keys.signature == Signed::off) return std::nullopt;
  if (!in.has_signature()) {
    if (in.keys.signature == Signed::if_present) return std::nullopt;
    return refuse(401, "missing signature");
  }
  if (!in.is_signed_as(in.expected_card_signature())) return refuse(401, "invalid signature");
  return std::nullopt;
}

std::optional<Verdict> check_proof(const Pushed& in, View body, Shape shape, bool encrypted) {
  if (shape == Shape::legacy_card && !encrypted) return check_card(in);
  const bool must_sign = encrypted && in.keys.signature == Signed::require && shape != Shape::challenge;
  if (must_sign && !in.has_signature()) return refuse(401, "missing signature");
  const bool has_token = shape == Shape::event || shape == Shape::legacy || shape == Shape::challenge;
  if (has_token && !in.has_token(body)) return refuse(403, "invalid token");
  return std::nullopt;
}

// A platform may cut text in the middle of a character; that must not cost the event.
auto read(std::string_view text) {
  return onebot::json::is_utf8(text) ? Document::parse(text) : Document::parse(onebot::json::repair_utf8(text));
}

// A legacy card has no time of its own.
double sent_at(const HttpRequest& request, Shape shape) {
  if (shape != Shape::legacy_card) return 0;
  const auto timestamp = Document::parse(fmt::format("[\"{}\"]", header(request, kTimestamp)));
  return timestamp ? onebot::any_time(timestamp->root()[0]) : 0;
}

Verdict judge(const Pushed& in, Document body, Shape shape, bool encrypted) {
  const View push = body.root();
  if (!encrypted && !in.keys.encrypt_key.empty() && !(shape == Shape::challenge && in.has_token(push))) {
    return refuse(400, "not encrypted");
  }
  if (auto refusal = check_proof(in, push, shape, encrypted)) return *std::move(refusal);
  if (shape == Shape::challenge) {
    return {.answer = {json_answer(200, {{"challenge", push.at("challenge").text()}})}};
  }
  Native native = read_native(push, shape, sent_at(in.request, shape));
  return {.push = Push{.body = std::move(body), .native = std::move(native)}};
}

Verdict open(const Pushed& in, std::string_view sealed) {
  if (in.keys.encrypt_key.empty()) return refuse(500, "encrypted, but no encrypt_key is configured");
  const bool verify = in.keys.signature != Signed::off && in.has_signature();
  if (verify && !in.is_signed_as(in.expected_signature())) return refuse(401, "invalid signature");
  const auto plain = decrypt(in.keys.encrypt_key, sealed);
  if (!plain) return refuse(400, "decrypt failed");
  auto body = read(*plain);
  if (!body || !body->root().is_object()) return refuse(400, "decrypt failed");
  const Shape shape = shape_of(body->root());
  return judge(in, *std::move(body), shape, true);
}

}  // namespace

Verdict examine(const HttpRequest& request, const WebhookKeys& keys) {
  if (request.method != "POST") {
    Verdict verdict = refuse(405, "method not allowed");
    verdict.answer.response.headers.emplace_back("Allow", "POST");
    return verdict;
  }
  auto body = read(request.body);
  if (!body || !body->root().is_object()) return refuse(400, "invalid JSON");
  const Pushed in{.request = request, .keys = keys};
  const Shape shape = shape_of(body->root());
  if (shape != Shape::encrypted) return judge(in, *std::move(body), shape, false);
  return open(in, body->root().at("encrypt").str());
}

HttpResponse accepted() { return json_answer(200, {}); }

HttpResponse refused(int status, std::string_view what) { return json_answer(status, {{"message", what}}); }

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

std::optional<std::string> decrypt(std::string_view encrypt_key, std::string_view base64) {
  const auto raw = crypto::base64_decode(base64);
  if (!raw || raw->size() < 2 * kBlock) return std::nullopt;
  const std::string_view bytes = *raw;
  return crypto::aes_256_cbc_decrypt(crypto::sha256(encrypt_key), bytes.substr(0, kBlock), bytes.substr(kBlock));
}

}  // namespace feishu
