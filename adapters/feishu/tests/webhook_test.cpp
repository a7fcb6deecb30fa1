// The checks every push goes through, one by one and in their order.

#include "adapters/feishu/feed/webhook.h"

#include "adapters/feishu/tests/rig.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

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

constexpr double kSentAt = 1'754'301'690;

feishu::Verdict examine(std::string body, const feishu::WebhookKeys& keys, io::Headers headers = {},
                        double wall = kSentAt + 1) {
  return feishu::examine({.method = "POST", .headers = std::move(headers), .body = std::move(body)}, keys, wall);
}

int status_of(const feishu::Verdict& verdict) { return verdict.push ? 0 : verdict.answer.response.status; }

// All that whoever pushed gets to see.
std::string seen_of(const feishu::Verdict& verdict) {
  std::string seen = fmt::format("{} {}", status_of(verdict), verdict.answer.response.body);
  for (const auto& [name, value] : verdict.answer.response.headers) seen += fmt::format(" {}: {}", name, value);
  return seen;
}
const std::string kRefused = R"(401 {"message":"refused"} Content-Type: application/json; charset=utf-8)";

// What a block of a cipher text hides is read by asking for texts with changed bytes, as long as some answer differs.
std::string with_changed_byte(const std::string& sealed, std::size_t from_end, unsigned char by) {
  std::string raw = *onebot::crypto::base64_decode(sealed);
  raw[raw.size() - from_end] = static_cast<char>(raw[raw.size() - from_end] ^ by);
  return onebot::crypto::base64(raw);
}

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
  CHECK(seen_of(examine(body, kSealed, signature(body, "another"))) == kRefused);
  CHECK(seen_of(examine(sealed(challenge("wrong")), kSealed)) == kRefused);
}

TEST_CASE("an encrypted event needs a signature over the body as it came") {
  const std::string body = sealed(kEvent);
  CHECK(examine(body, kSealed, signature(body)).push.has_value());
  CHECK(examine(body, kSealed).answer.refusal == "it is not signed");
  CHECK(examine(body, kSealed, signature(" " + body)).answer.refusal == "the signature is wrong");
  CHECK(examine(" " + body, kSealed, signature(" " + body)).push.has_value());
}

TEST_CASE("a wrong signature is found before anything is read") {
  for (const std::string body : {R"({"encrypt":"cannot be decrypted"})", "no JSON"}) {
    CHECK(examine(body, kSealed, signature(body, "another")).answer.refusal == "the signature is wrong");
    CHECK(examine(body, kSealed, signature(body)).answer.refusal != "the signature is wrong");
  }
}

TEST_CASE("every push that is refused gets the same answer, and the reason stays here") {
  feishu::WebhookKeys lenient = kSealed;
  lenient.signature = Signed::if_present;
  const std::string event = sealed(kEvent), wrong_token = sealed(challenge("wrong")), wrong_key = sealed(kEvent, "k");
  std::set<std::string_view> reasons;
  const auto is_refused = [&reasons](const feishu::Verdict& verdict) {
    CHECK(seen_of(verdict) == kRefused);
    reasons.insert(verdict.answer.refusal);
  };

  for (const std::string& body :
       {event, wrong_token, wrong_key, sealed("[]"), sealed("x"), sealed(kCard), std::string(R"({"encrypt":"?"})"),
        kEvent, kCard, std::string("{}"), std::string("no JSON"), sealed(R"({"neither":1})")}) {
    CAPTURE(body);
    is_refused(examine(body, kSealed));
    is_refused(examine(body, kSealed, signature(body, "another")));
    is_refused(examine(body, kSealed, signature(body), kSentAt + 1e6));
    if (body != event) is_refused(examine(body, lenient));
    if (body != kEvent) is_refused(examine(body, kPlain));
  }
  CHECK(reasons.size() == 8);
}

TEST_CASE("what a key hides cannot be read by pushing it with other bytes, signed or not") {
  feishu::WebhookKeys lenient = kSealed;
  lenient.signature = Signed::if_present;
  const std::string hidden = feishu::encrypt(kKey, kEvent), short_one = feishu::encrypt(kKey, challenge(kToken));
  for (const feishu::WebhookKeys& keys : {kSealed, lenient}) {
    for (const std::string& sealed : {hidden, short_one}) {
      // The last byte of the block before the last: one of 256 makes a right padding, which 16 blocks of it would tell.
      for (unsigned by = 1; by < 256; ++by) {
        const std::string changed = with_changed_byte(sealed, 17, static_cast<unsigned char>(by));
        const std::string body = onebot::json::write(Fields{{"encrypt", changed}});
        REQUIRE(seen_of(examine(body, keys)) == kRefused);
      }
    }
  }
}

TEST_CASE("what is not padded takes the same way as what is, so that neither is the quicker one") {
  const std::string sealed = feishu::encrypt(kKey, kEvent);
  const auto right = feishu::decipher(kKey, sealed), wrong = feishu::decipher(kKey, with_changed_byte(sealed, 1, 1));
  REQUIRE((right && wrong));
  CHECK((right->padded && !wrong->padded));
  CHECK(right->text == kEvent);
  CHECK(wrong->text.starts_with(kEvent.substr(0, kEvent.size() - 16)));  // and is read as far as it goes
}

TEST_CASE("the option signature says when a signature may be missing; the token may not") {
  const std::string body = sealed(kEvent);
  feishu::WebhookKeys keys = kSealed;
  keys.signature = Signed::if_present;
  CHECK(examine(body, keys).push.has_value());
  CHECK(seen_of(examine(body, keys, signature(body, "another"))) == kRefused);
  keys.verification_token = "another";
  CHECK(seen_of(examine(body, keys)) == kRefused);
  keys = kSealed;
  keys.signature = Signed::off;
  CHECK(examine(body, keys, signature(body, "another")).push.has_value());
}

TEST_CASE("a challenge that is not signed is opened only as long as a challenge is") {
  CHECK(status_of(examine(sealed(challenge(kToken, std::string(1000, 'c'))), kSealed)) == 200);
  CHECK(seen_of(examine(sealed(challenge(kToken, std::string(2000, 'c'))), kSealed)) == kRefused);
}

TEST_CASE("with an encrypt_key nothing plain is taken but a challenge with the right token") {
  CHECK(seen_of(examine(kEvent, kSealed)) == kRefused);
  CHECK(seen_of(examine(challenge("wrong"), kSealed)) == kRefused);
  CHECK(status_of(examine(challenge(kToken), kSealed)) == 200);
  CHECK(seen_of(examine(kCard, kSealed)) == kRefused);
  CHECK(seen_of(examine(challenge("any"), {.encrypt_key = kKey})) == kRefused);
  CHECK(status_of(examine(sealed(challenge("any")), {.encrypt_key = kKey})) == 200);
}

TEST_CASE("an encrypted push without an encrypt_key is the operator's mistake") {
  const auto verdict = examine(sealed(kEvent), kPlain);
  CHECK(verdict.answer.by_our_mistake);
  CHECK(seen_of(verdict) == kRefused);
}

TEST_CASE("a signed push is taken as long as its age allows, and one from a clock ahead") {
  const std::string body = sealed(kEvent);
  const auto taken = [&](double age, std::chrono::milliseconds max_age = std::chrono::hours(8)) {
    feishu::WebhookKeys keys = kSealed;
    keys.max_age = max_age;
    return examine(body, keys, signature(body), kSentAt + age).push.has_value();
  };
  CHECK(taken(7 * 3600 + 305));  // the platform's last repeat, should it keep its timestamp
  CHECK(taken(8 * 3600));
  CHECK_FALSE(taken(8 * 3600 + 1));
  CHECK_FALSE(taken(365.0 * 86400));
  CHECK(taken(-300));
  CHECK_FALSE(taken(-301));
  CHECK_FALSE(taken(61, std::chrono::seconds(60)));
}

TEST_CASE("a signed push whose timestamp is no time is refused, however right its signature") {
  const std::string body = sealed(kEvent);
  for (const std::string timestamp : {"", "soon", "1e999", "-1754301690"}) {
    CHECK(seen_of(examine(body, kSealed,
                          {{"X-Lark-Request-Timestamp", timestamp},
                           {"X-Lark-Request-Nonce", "n"},
                           {"X-Lark-Signature", feishu::sign(timestamp, "n", kKey, body)}})) == kRefused);
  }
}

TEST_CASE("an encrypted push that need not be signed is as old as the event in it says") {
  feishu::WebhookKeys keys = kSealed;
  keys.signature = Signed::if_present;
  CHECK(examine(sealed(kEvent), keys, {}, kSentAt).push.has_value());
  CHECK(examine(sealed(kEvent), keys, {}, kSentAt + 365.0 * 86400).answer.refusal.starts_with("it is older"));
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
    CHECK(seen_of(examine(body, kPlain)) == kRefused);
  }
  const std::string inside = sealed("[1]");
  CHECK(seen_of(examine(inside, kSealed, signature(inside))) == kRefused);
  CHECK(feishu::examine({.method = "GET"}, kPlain, 0).answer.response.status == 405);
}

TEST_CASE("the verification token must be there and be the configured one") {
  CHECK(examine(kEvent, kPlain).push.has_value());
  CHECK(seen_of(examine(kEvent, {.verification_token = "another"})) == kRefused);
  CHECK(status_of(examine(R"({"header":{"event_type":"x","token":7},"event":{}})", kPlain)) == 401);
  CHECK(status_of(examine(R"({"type":"event_callback","event":{"type":"message"}})", kPlain)) == 401);
  CHECK(status_of(examine(R"({"neither":1})", kPlain)) == 401);
  CHECK(examine(R"({"neither":1})", {}).push.has_value());  // to be counted
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
  CHECK(status_of(examine(kCard, kPlain, signed_by(kToken), kSentAt + 86400)) == 401);
  for (const Signed word : {Signed::if_present, Signed::off}) {
    CHECK(status_of(examine(kCard, {.verification_token = kToken, .signature = word})) == 401);
  }
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
