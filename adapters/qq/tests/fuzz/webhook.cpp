// A push to the webhook. The first byte says how far whoever pushes gets: what follows is a body, a body that is
// signed, or the token of a validation, signed or not.
#include "adapters/qq/feed/webhook.h"

#include "onebot/json.h"
#include "tests/fuzz/target.h"

#include <string>

namespace {

using onebot::Fields;
namespace io = onebot::io;

constexpr std::string_view kAppId = "109900001", kSecret = "OneBotBridgeSecr3t", kTime = "1790000003";
constexpr double kNow = 1'790'000'004;

io::HttpRequest pushed(unsigned how, std::string_view rest) {
  const bool is_signed = how % 2 == 1, validates = how / 2 % 2 == 1;
  io::HttpRequest request{
      .method = "POST", .headers = {{"X-Bot-Appid", std::string(kAppId)}}, .body = std::string(rest)};
  if (validates) {
    request.body = onebot::json::write(Fields{
        {"op", 13}, {"d", Fields{{"plain_token", onebot::json::repair_utf8(rest)}, {"event_ts", "1725442341"}}}});
  }
  if (!is_signed) return request;
  const onebot::crypto::Ed25519 key(qq::webhook_seed(kSecret));
  request.headers.emplace_back("X-Signature-Timestamp", kTime);
  request.headers.emplace_back("X-Signature-Ed25519", qq::sign_push(key, kTime, request.body));
  return request;
}

}  // namespace

void try_input(std::string_view input) {
  if (input.empty()) return;
  const auto how = static_cast<unsigned char>(input.front());
  const io::HttpRequest request = pushed(how, input.substr(1));
  for (const bool lenient : {false, true}) {
    const qq::Webhook webhook(std::string(kAppId), kSecret, {.unsigned_validation = lenient});
    const qq::Verdict verdict = webhook.examine(request, kNow);
    const bool refused = !verdict.refusal.empty();
    claim(verdict.dispatch || verdict.answer.status == (refused ? 401 : 200));
    claim(!refused || verdict.answer.body.empty());
    // Nobody who cannot sign is heard, but for a validation where that is allowed.
    claim(how % 2 == 1 || !verdict.dispatch);
    // Nothing is signed that could be the body of a push.
    const auto answer = onebot::json::Document::parse(verdict.answer.body);
    if (answer && answer->root().at("signature").is_string()) {
      claim(answer->root().at("plain_token").str().find('{') == std::string_view::npos);
    }
  }
}
