// Webhook: decides about one push before anything is done with it. Pure.
// Platform: event-subscription "request URL", "Encrypt Key", "Verification Token"; card callbacks.
//
//   body      = plain | {"encrypt": base64( iv(16) AES-256-CBC( SHA-256(encrypt_key), plain ) )}
//   signature = hex SHA-256( timestamp nonce encrypt_key body )      as received, before decryption
//   of a legacy card: hex SHA-1( timestamp nonce verification_token body )
//
// With an encrypt_key the signature comes first: what is not signed is deciphered only where it may be a challenge, or
// where the platform does not sign. Whoever may not push gets the same answer whatever was wrong, so that nobody reads
// by asking what our key hides.

#pragma once

#include "adapters/feishu/events/native.h"
#include "onebot/crypto.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

inline constexpr std::string_view kSignature = "x-lark-signature", kTimestamp = "x-lark-request-timestamp",
                                  kNonce = "x-lark-request-nonce", kRefreshToken = "x-refresh-token";
inline constexpr std::array<std::string_view, 4> kPushHeaders = {kSignature, kTimestamp, kNonce, kRefreshToken};

enum class Signed { require, if_present, off };  // what is encrypted

struct WebhookKeys {
  std::string verification_token{};  // "" = not checked
  std::string encrypt_key{};         // "" = bodies are plain, and there are no signatures but those of legacy cards
  Signed signature = Signed::require;
  std::chrono::milliseconds max_age = std::chrono::hours(8);  // the platform's last repeat comes after 7 h
};

// An accepted push in plain text.
struct Push {
  onebot::json::Document body;
  Native native{};  // of body; of a shape that is an event's, or invalid
};

// Why a push is answered at once: refused, or a challenge.
struct Answer {
  onebot::io::HttpResponse response{};
  std::string_view refusal{};   // what was wrong with it, for the log alone; "" for a challenge
  bool by_our_mistake = false;  // the configuration's, as far as one can see
};

// One of the two.
struct Verdict {
  std::optional<Push> push{};
  Answer answer{};
};

// wall: seconds since the epoch.
Verdict examine(const onebot::io::HttpRequest& request, const WebhookKeys& keys, double wall);

// A platform may cut text in the middle of a character; that must not cost the event.
onebot::Result<onebot::json::Document> read_push(std::string_view text);

// {} and {"message": what}; the second for what is the platform's own, but cannot be taken now.
onebot::io::HttpResponse accepted();
onebot::io::HttpResponse put_off(int status, std::string_view what);

// The parts, also for whoever plays the platform.
std::string sign(std::string_view timestamp, std::string_view nonce, std::string_view encrypt_key,
                 std::string_view body);
std::string sign_legacy_card(std::string_view timestamp, std::string_view nonce, std::string_view verification_token,
                             std::string_view body);
std::string encrypt(std::string_view encrypt_key, std::string_view plain);
// As it is there, perhaps without its padding.
std::optional<onebot::crypto::Deciphered> decipher(std::string_view encrypt_key, std::string_view base64);
std::optional<std::string> decrypt(std::string_view encrypt_key, std::string_view base64);

}  // namespace feishu
