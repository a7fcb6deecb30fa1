// A push to the webhook. The first byte says how far whoever pushes gets: what follows is a body, a body that is
// signed, what an encrypted body hides, signed or not, or the bytes of a cipher text.
#include "adapters/feishu/feed/webhook.h"

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/events.h"
#include "onebot/crypto.h"
#include "tests/fuzz/target.h"

#include <string>

namespace {

using feishu::Signed;
using onebot::Fields;
namespace io = onebot::io;

constexpr std::string_view kKey = "k3Yf8PqZ1vTn6RwB", kToken = "Vt7Qk2mZr9LxWc4sNf8eHb1pYd6uGa3J";
constexpr std::string_view kTime = "1754301690", kNonce = "7c1e90b2";
constexpr double kNow = 1'754'301'700;

enum class Reach { plain, signed_plain, hidden, hidden_unsigned, cipher, card };

io::HttpRequest pushed(Reach reach, std::string_view rest) {
  io::HttpRequest request{.method = "POST", .body = std::string(rest)};
  if (reach == Reach::hidden || reach == Reach::hidden_unsigned) {
    request.body = onebot::json::write(Fields{{"encrypt", feishu::encrypt(kKey, rest)}});
  }
  if (reach == Reach::cipher) request.body = onebot::json::write(Fields{{"encrypt", onebot::crypto::base64(rest)}});
  if (reach == Reach::plain || reach == Reach::hidden_unsigned || reach == Reach::cipher) return request;
  const std::string signature = reach == Reach::card ? feishu::sign_legacy_card(kTime, kNonce, kToken, request.body)
                                                     : feishu::sign(kTime, kNonce, kKey, request.body);
  request.headers = {{"X-Lark-Request-Timestamp", std::string(kTime)},
                     {"X-Lark-Request-Nonce", std::string(kNonce)},
                     {"X-Lark-Signature", signature}};
  return request;
}

void check(const feishu::Verdict& verdict) {
  if (!verdict.push) {
    claim(verdict.answer.response.status == (verdict.answer.refusal.empty() ? 200 : 401));
    claim(verdict.answer.refusal.empty() || verdict.answer.response.body == R"({"message":"refused"})");
    claim(onebot::json::Document::parse(verdict.answer.response.body).has_value());
    return;
  }
  if (!verdict.push->native.is_event()) return;
  feishu::Account account = feishu::account_of({"feishu", "ou_1"});
  account.secrets = {std::string(kToken), std::string(kKey)};
  for (const onebot::Event& event : feishu::translate(verdict.push->native, account).events) {
    claim(onebot::json::Document::parse(onebot::to_json(event)).has_value());
  }
  claim(!feishu::keys(verdict.push->native).empty());
}

}  // namespace

void try_input(std::string_view input) {
  if (input.empty()) return;
  const auto how = static_cast<unsigned char>(input.front());
  const io::HttpRequest request = pushed(static_cast<Reach>(how % 6), input.substr(1));
  for (const Signed signature : {Signed::require, Signed::if_present}) {
    for (const std::string_view key : {std::string_view(), kKey}) {
      const feishu::WebhookKeys keys{
          .verification_token = std::string(kToken), .encrypt_key = std::string(key), .signature = signature};
      check(feishu::examine(request, keys, kNow));
    }
  }
}
