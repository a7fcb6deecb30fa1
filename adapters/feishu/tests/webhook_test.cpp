// The checks every push goes through, one by one and in their order.

#include "adapters/feishu/feed/webhook.h"

#include "adapters/feishu/tests/rig.h"
#include "onebot/crypto.h"

using namespace rig;
using feishu::Signed;

namespace {

const feishu::WebhookKeys kPlain{.verification_token = kToken};
const feishu::WebhookKeys kSealed{.verification_token = kToken, .encrypt_key = kKey};

std::string sealed(std::string_view plain, std::string_view key = kKey) {
  return onebot::json::write(Fields{{"encrypt", feishu::encrypt(key, plain)}});
}

io::Headers signature(std::string_view body, std::string_view key = kKey) {
  return {{"X-Lark-Request-Timestamp", "1754301690"},
          {"x-lark-request-nonce", "7c1e90b2"},
          {"X-LARK-SIGNATURE", feishu::sign("1754301690", "7c1e90b2", key, body)}};
}

feishu::Verdict examine(std::string body, const feishu::WebhookKeys& keys, io::Headers headers = {}) {
  return feishu::examine({.method = "POST", .headers = std::move(headers), .body = std::move(body)}, keys);
}

int status_of(const feishu::Verdict& verdict) { return verdict.push ? 0 : verdict.answer.response.status; }

std::string challenge(std::string_view token, std::string_view text = "c") {
  return onebot::json::write(Fields{{"challenge", text}, {"token", token}, {"type", "url_verification"}});
}

const std::string kEvent = message("om_1", "p2p", kPrivate, kLin);
const std::string kCard = R"({"open_id":"ou_x","open_message_id":"om_1","token":"c-1","action":{"tag":"button"}})";

}  // namespace

TEST_CASE("signatures are what the platform's own kits compute") {
  CHECK(feishu::sign("1754301690", "7c1e90b2", kKey, R"({"encrypt":"AAAA"})") ==
        "b2aca946e1297e1d5fa1432713c237d8a699171951b1a8ab0e97e84953b4b86b");
  CHECK(feishu::sign_legacy_card("1754301690", "7c1e90b2", "vtoken", R"({"a":1})") ==
        "8cc7fee5004084dad979bdd0ef893a54562afc37");
}

TEST_CASE("an encrypted text can be decrypted by its key alone") {
  const std::string hidden = feishu::encrypt(kKey, "{}");
  CHECK(feishu::decrypt(kKey, hidden) == "{}");
  CHECK_FALSE(feishu::decrypt("another", hidden) == "{}");
  CHECK(feishu::decrypt("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == "hello world");
  CHECK_FALSE(feishu::decrypt(kKey, "").has_value());
  CHECK_FALSE(feishu::decrypt(kKey, "AAAAAAAAAAAAAAAAAAAAAA==").has_value());  // no block behind the iv
  CHECK_FALSE(feishu::decrypt(kKey, "not base64").has_value());
}

TEST_CASE("a challenge is answered whatever it holds") {
  const std::string odd = "a\"b\\c\n\xe4\xbd\xa0{}";
  const auto verdict = examine(challenge(kToken, odd), kPlain);
  CHECK(status_of(verdict) == 200);
  CHECK(parse(verdict.answer.response.body).root().at("challenge").text() == odd);
  CHECK(verdict.answer.refusal.empty());
}

TEST_CASE("a challenge needs no signature, but one that is there must be right") {
  const std::string body = sealed(challenge(kToken));
  CHECK(status_of(examine(body, kSealed)) == 200);
  CHECK(status_of(examine(body, kSealed, signature(body))) == 200);
  CHECK(status_of(examine(body, kSealed, signature(body, "another"))) == 401);
  CHECK(status_of(examine(sealed(challenge("wrong")), kSealed)) == 403);
}

TEST_CASE("an encrypted event needs a signature over the body as it came") {
  const std::string body = sealed(kEvent);
  CHECK(examine(body, kSealed, signature(body)).push.has_value());
  CHECK(status_of(examine(body, kSealed)) == 401);
  CHECK(status_of(examine(body, kSealed, signature(" " + body))) == 401);
  CHECK(examine(" " + body, kSealed, signature(" " + body)).push.has_value());
}

TEST_CASE("a wrong signature is found before anything is decrypted") {
  const std::string body = R"({"encrypt":"cannot be decrypted"})";
  CHECK(status_of(examine(body, kSealed, signature(body, "another"))) == 401);
  CHECK(status_of(examine(body, kSealed, signature(body))) == 400);
}

TEST_CASE("the option signature says when a signature may be missing") {
  const std::string body = sealed(kEvent);
  feishu::WebhookKeys keys = kSealed;
  keys.signature = Signed::if_present;
  CHECK(examine(body, keys).push.has_value());
  CHECK(status_of(examine(body, keys, signature(body, "another"))) == 401);
  keys.signature = Signed::off;
  CHECK(examine(body, keys, signature(body, "another")).push.has_value());
}

TEST_CASE("with an encrypt_key nothing plain is taken but a challenge with the right token") {
  CHECK(status_of(examine(kEvent, kSealed)) == 400);
  CHECK(status_of(examine(challenge("wrong"), kSealed)) == 400);
  CHECK(status_of(examine(challenge(kToken), kSealed)) == 200);
  CHECK(status_of(examine(kCard, kSealed)) == 400);
}

TEST_CASE("an encrypted push without an encrypt_key is the operator's mistake") {
  CHECK(status_of(examine(sealed(kEvent), kPlain)) == 500);
}

TEST_CASE("text that is cut in the middle of a character is repaired, not refused") {
  const auto verdict =
      examine("{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e\",\"event_type\":\"a\xC3(b\"},\"event\":{}}", {});

  REQUIRE(verdict.push);
  CHECK(verdict.push->body.root().at("header.event_type").str() == "a\xEF\xBF\xBD(b");
}

TEST_CASE("what is no JSON object is refused") {
  for (const char* body : {"", "x", "[]", "null", "\"encrypt\""}) {
    CAPTURE(body);
    CHECK(status_of(examine(body, kPlain)) == 400);
  }
  const std::string inside = sealed("[1]");
  CHECK(status_of(examine(inside, kSealed, signature(inside))) == 400);
  CHECK(feishu::examine({.method = "GET"}, kPlain).answer.response.status == 405);
}

TEST_CASE("the verification token must be there and be the configured one") {
  CHECK(examine(kEvent, kPlain).push.has_value());
  CHECK(status_of(examine(kEvent, {.verification_token = "another"})) == 403);
  CHECK(status_of(examine(R"({"header":{"event_type":"x","token":7},"event":{}})", kPlain)) == 403);
  CHECK(status_of(examine(R"({"type":"event_callback","event":{"type":"message"}})", kPlain)) == 403);
  CHECK(examine(kEvent, {}).push.has_value());
}

TEST_CASE("a legacy card is believed by its signature, made with the verification token") {
  const auto signed_by = [](std::string_view token) {
    return io::Headers{{"X-Lark-Request-Timestamp", "1754301700"},
                       {"X-Lark-Request-Nonce", "n"},
                       {"X-Lark-Signature", feishu::sign_legacy_card("1754301700", "n", token, kCard)}};
  };
  const auto verdict = examine(kCard, kPlain, signed_by(kToken));
  REQUIRE(verdict.push.has_value());
  CHECK(verdict.push->native.time == 1754301700);
  CHECK(verdict.push->native.id.size() == 32);
  CHECK(status_of(examine(kCard, kPlain, signed_by("another"))) == 401);
  CHECK(status_of(examine(kCard, kPlain)) == 401);
}

TEST_CASE("shapes are told apart by the header first") {
  const auto shape = [](std::string_view text) { return feishu::shape_of(parse(text).root()); };
  CHECK(shape(R"({"header":{"event_type":"x"},"event":{},"type":"url_verification"})") == feishu::Shape::event);
  CHECK(shape(R"({"type":"url_verification"})") == feishu::Shape::challenge);
  CHECK(shape(R"({"encrypt":"x"})") == feishu::Shape::encrypted);
  CHECK(shape(R"({"encrypt":"x","header":{"event_type":"x"}})") == feishu::Shape::event);
  CHECK(shape(R"({"type":"event_callback","event":{}})") == feishu::Shape::legacy);
  CHECK(shape(kCard) == feishu::Shape::legacy_card);
  for (const char* text : {"{}", R"({"header":{}})", R"({"type":"event_callback"})", R"({"event":{}})"}) {
    CHECK(shape(text) == feishu::Shape::invalid);
  }
}
