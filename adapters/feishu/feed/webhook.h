// Webhook: decides about one push before anything is done with it. Pure.
// Platform: event-subscription "request URL", "Encrypt Key", "Verification Token"; card callbacks.
//
//   body      = plain | {"encrypt": base64( iv(16) AES-256-CBC( SHA-256(encrypt_key), plain ) )}
//   signature = hex SHA-256( timestamp nonce encrypt_key body )      as received, before decryption
//   of a legacy card: hex SHA-1( timestamp nonce verification_token body )

#pragma once

#include "adapters/feishu/events/native.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

inline constexpr std::string_view kSignature = "x-lark-signature", kTimestamp = "x-lark-request-timestamp",
                                  kNonce = "x-lark-request-nonce", kRefreshToken = "x-refresh-token";
inline constexpr std::array<std::string_view, 4> kPushHeaders = {kSignature, kTimestamp, kNonce, kRefreshToken};

enum class Signed { require, if_present, off };

struct WebhookKeys {
  std::string verification_token{};  // "" = not checked
  std::string encrypt_key{};         // "" = bodies are plain, and there are no signatures but those of legacy cards
  Signed signature = Signed::require;
};

// An accepted push in plain text.
struct Push {
  onebot::json::Document body;
  Native native{};  // of body; of a shape that is an event's, or invalid
};

// Why a push is answered at once: refused, or a challenge.
struct Answer {
  onebot::io::HttpResponse response{};
  std::string_view refusal{};  // what was wrong with it; "" for a challenge
};

// One of the two.
struct Verdict {
  std::optional<Push> push{};
  Answer answer{};
};

Verdict examine(const onebot::io::HttpRequest& request, const WebhookKeys& keys);

// {} and {"message": what}
onebot::io::HttpResponse accepted();
onebot::io::HttpResponse refused(int status, std::string_view what);

// The parts, also for whoever plays the platform.
std::string sign(std::string_view timestamp, std::string_view nonce, std::string_view encrypt_key,
                 std::string_view body);
std::string sign_legacy_card(std::string_view timestamp, std::string_view nonce, std::string_view verification_token,
                             std::string_view body);
std::string encrypt(std::string_view encrypt_key, std::string_view plain);
std::optional<std::string> decrypt(std::string_view encrypt_key, std::string_view base64);

}  // namespace feishu
