// Webhook: decides about one push before anything is done with it. Pure.
// Platform: dev-prepare/event-emit/webhook, dev-prepare/interface-framework/sign.
//
//   seed       = the app secret, repeated, of which the first 32 bytes
//   signature  = hex Ed25519( timestamp body ), both as received
//   validation = {"op": 13, "d": {"plain_token", "event_ts"}}, answered with hex Ed25519( event_ts plain_token )
//
// One key does both, so whoever gets a validation of their own making answered holds a signature for whatever they
// wrote in it. A validation is therefore checked like any other push, and nothing is signed that could be a body.

#pragma once

#include "onebot/crypto.h"
#include "onebot/io.h"
#include "onebot/json.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

inline constexpr std::string_view kAppIdHeader = "x-bot-appid", kSignatureHeader = "x-signature-ed25519",
                                  kTimestampHeader = "x-signature-timestamp";
inline constexpr std::array<std::string_view, 3> kPushHeaders = {kAppIdHeader, kSignatureHeader, kTimestampHeader};

struct WebhookRules {
  std::chrono::milliseconds max_age{300'000};  // of the timestamp of a push
  // Also answers validations that are not signed, of a shape no body has.
  bool unsigned_validation = false;
};

// One of: a dispatch; or an answer, which is a refusal when it says why.
struct Verdict {
  std::optional<onebot::json::Document> dispatch{};
  std::string signature{};  // of the dispatch, in lower case: its name when it brings none
  onebot::io::HttpResponse answer{};
  std::string_view refusal{};  // whatever it says, the answer is the same
};

class Webhook {
 public:
  Webhook(std::string app_id, std::string_view app_secret, WebhookRules rules);

  // wall: seconds since the epoch.
  Verdict examine(const onebot::io::HttpRequest& request, double wall) const;

 private:
  Verdict examine_unsigned(std::string_view body) const;
  Verdict read(std::string_view body, std::string signature) const;
  Verdict validate(onebot::json::View content) const;

  std::string app_id_;
  WebhookRules rules_;
  onebot::crypto::Ed25519 key_;
};

onebot::io::HttpResponse taken();      // {"op": 12, "d": 0}
onebot::io::HttpResponse not_taken();  // an error, and so it is pushed again

// The parts, also for whoever plays the platform.
std::string webhook_seed(std::string_view app_secret);
std::string sign_push(const onebot::crypto::Ed25519& key, std::string_view timestamp, std::string_view body);

}  // namespace qq
