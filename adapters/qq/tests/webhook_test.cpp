// What a push must be to be believed, and what it is answered. The requests are in adapters/qq/pushes/.

#include "adapters/qq/feed/webhook.h"

#include "tests/transcripts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

using onebot::io::HttpRequest;
using onebot::json::Document;
using onebot::json::View;

namespace {

const std::filesystem::path kFolder = std::filesystem::path(SOURCE_DIR) / "adapters/qq/pushes";

// One request of the folder, as the platform would send it.
struct Sample {
  Document document;
  HttpRequest request{.method = "POST"};

  View at(std::string_view path) const { return document.root().at(path); }
  qq::Webhook webhook(qq::WebhookRules rules = {}) const {
    return {at("headers").at("X-Bot-Appid").text(), at("secret").str(), rules};
  }
  // When it was sent; 0 when it does not say.
  double sent_at() const {
    const auto timestamp = onebot::io::header(request.headers, "X-Signature-Timestamp");
    return timestamp ? std::stod(std::string(*timestamp)) : 0;
  }
  qq::Verdict examine(qq::WebhookRules rules = {}) const { return webhook(rules).examine(request, sent_at()); }
};

Sample read_sample(const std::filesystem::path& path) {
  auto document = Document::parse(transcripts::read_file(path));
  REQUIRE(document.has_value());
  Sample out{.document = *std::move(document)};
  out.request.body = out.at("body").str();
  out.at("headers").members(
      [&](std::string_view name, View value) { out.request.headers.emplace_back(name, value.text()); });
  return out;
}
Sample sample(std::string_view name) { return read_sample(kFolder / fmt::format("{}.json", name)); }

void set(HttpRequest& request, std::string_view name, std::string value) {
  for (auto& [header, text] : request.headers) {
    if (header == name) text = value;
  }
}
void drop(HttpRequest& request, std::string_view name) {
  std::erase_if(request.headers, [name](const auto& header) { return header.first == name; });
}

}  // namespace

TEST_CASE("every request beside the webhook gets the answer written in it") {
  int seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    if (file.path().extension() != ".json") continue;
    CAPTURE(file.path().filename().string());
    ++seen;
    const Sample one = read_sample(file.path());
    const qq::Verdict verdict = one.examine({.unsigned_validation = one.at("allow_unsigned_validation").boolean()});
    CHECK(verdict.refusal.empty() == (one.at("status").integer() == 200));
    if (verdict.dispatch) {
      CHECK(one.at("answer").dump() == qq::taken().body);
      continue;
    }
    CHECK(verdict.answer.status == one.at("status").integer());
    CHECK(verdict.answer.body == (one.at("answer").is_null() ? "" : one.at("answer").dump()));
  }
  CHECK(seen >= 10);
}

TEST_CASE("the seed of a key is the secret repeated, or its beginning") {
  CHECK(qq::webhook_seed("DG5g3B4j9X2KOErG") == "DG5g3B4j9X2KOErGDG5g3B4j9X2KOErG");
  CHECK(qq::webhook_seed("OneBotBridgeSecr3t") == "OneBotBridgeSecr3tOneBotBridgeSe");
  CHECK(qq::webhook_seed("k3y7") == "k3y7k3y7k3y7k3y7k3y7k3y7k3y7k3y7");
  CHECK(qq::webhook_seed("abcdefghijklmnopqrstuvwxyz0123456789") == "abcdefghijklmnopqrstuvwxyz012345");
  CHECK(qq::webhook_seed("").empty());
}

TEST_CASE("the printed form of the official example does not verify, its pretty form does") {
  const Sample pretty = sample("dispatch_official_page");
  Sample printed = sample("dispatch_official_page");
  printed.request.body = R"({ "op": 0,"d": {}, "t": "GATEWAY_EVENT_NAME"})";

  CHECK(pretty.examine().dispatch);
  CHECK(printed.examine().answer.status == 401);
}

TEST_CASE("a signature holds for the bytes of its body, its timestamp and its key alone") {
  const Sample good = sample("dispatch");
  REQUIRE(good.examine().dispatch);
  const auto status = [&](auto change) {
    Sample one = sample("dispatch");
    change(one.request);
    const qq::Verdict verdict = one.webhook().examine(one.request, good.sent_at());
    CHECK_FALSE(verdict.dispatch);
    CHECK(verdict.answer.body.empty());
    return verdict.answer.status;
  };
  const std::string signature(*onebot::io::header(good.request.headers, "X-Signature-Ed25519"));

  CHECK(status([](HttpRequest& request) { request.body += ' '; }) == 401);
  CHECK(status([](HttpRequest& request) { set(request, "X-Signature-Timestamp", "1790000201"); }) == 401);
  CHECK(status([](HttpRequest& request) { set(request, "X-Signature-Timestamp", "1790000200 "); }) == 401);
  CHECK(status([](HttpRequest& request) { set(request, "X-Signature-Timestamp", "-1790000200"); }) == 401);
  CHECK(status([](HttpRequest& request) { set(request, "X-Signature-Timestamp", "1.79e9"); }) == 401);
  CHECK(status([](HttpRequest& request) { drop(request, "X-Signature-Timestamp"); }) == 401);
  CHECK(status([](HttpRequest& request) { drop(request, "X-Signature-Ed25519"); }) == 401);
  CHECK(status([&](HttpRequest& request) { set(request, "X-Signature-Ed25519", signature.substr(2)); }) == 401);
  CHECK(status([&](HttpRequest& request) { set(request, "X-Signature-Ed25519", "g" + signature.substr(1)); }) == 401);
  CHECK(status([&](HttpRequest& request) { set(request, "X-Signature-Ed25519", signature.substr(0, 126) + "ff"); }) ==
        401);
  CHECK(status([](HttpRequest& request) { request.body.append((1 << 20) + 1, ' '); }) == 401);
  CHECK(qq::Webhook("109900001", "another secret", {}).examine(good.request, good.sent_at()).answer.status == 401);
}

TEST_CASE("a signature in upper case is the same signature, and the same name") {
  Sample upper = sample("dispatch");
  std::string signature(*onebot::io::header(upper.request.headers, "X-Signature-Ed25519"));
  for (char& c : signature) c = static_cast<char>(c >= 'a' ? c - 32 : c);
  set(upper.request, "X-Signature-Ed25519", signature);

  CHECK(upper.examine().signature == sample("dispatch").examine().signature);
}

TEST_CASE("a request that is old, or from a clock that is ahead, is refused") {
  const Sample one = sample("dispatch");
  const auto dispatched = [&](double age, qq::WebhookRules rules = {}) {
    return one.webhook(rules).examine(one.request, one.sent_at() + age).dispatch.has_value();
  };

  CHECK(dispatched(300));
  CHECK_FALSE(dispatched(301));
  CHECK(dispatched(-300));
  CHECK_FALSE(dispatched(-301));
  CHECK(dispatched(3600, {.max_age = std::chrono::hours(1)}));
  CHECK_FALSE(dispatched(-301, {.max_age = std::chrono::hours(1)}));
  CHECK(one.webhook().examine(one.request, one.sent_at() + 301).answer.status == 401);
}

TEST_CASE("a request for another bot is refused, however well it is signed") {
  const Sample one = sample("dispatch");
  Sample nobodys = sample("dispatch");
  drop(nobodys.request, "X-Bot-Appid");

  CHECK(qq::Webhook("109900002", one.at("secret").str(), {}).examine(one.request, one.sent_at()).answer.status == 401);
  CHECK(nobodys.webhook().examine(nobodys.request, one.sent_at()).answer.status == 401);
}

TEST_CASE("nothing is signed that could be the body of a push, signed validation or not") {
  const std::string secret = "OneBotBridgeSecr3t";
  const onebot::crypto::Ed25519 key(qq::webhook_seed(secret));
  const qq::Webhook webhook("1", secret, {.unsigned_validation = true});
  const auto status = [&](std::string_view timestamp, std::string_view token, bool sign) {
    HttpRequest request{.method = "POST", .headers = {{"X-Bot-Appid", "1"}}};
    request.body = onebot::json::write(
        onebot::Fields{{"op", 13}, {"d", onebot::Fields{{"plain_token", token}, {"event_ts", timestamp}}}});
    if (sign) {
      request.headers.emplace_back("X-Signature-Timestamp", "1000");
      request.headers.emplace_back("X-Signature-Ed25519", qq::sign_push(key, "1000", request.body));
    }
    return webhook.examine(request, 1000).answer.status;
  };

  for (const bool sign : {true, false}) {
    CAPTURE(sign);
    CHECK(status("1725442341", "Arq0D5A61EgUu4OxUvOp", sign) == 200);
    CHECK(status("1725442341", R"({"op":0,"t":"FRIEND_ADD","d":{}})", sign) != 200);
    CHECK(status("1725442341{\"op\":0", "abcdefgh", sign) != 200);
    CHECK(status("", "Arq0D5A61EgUu4OxUvOp", sign) != 200);
    CHECK(status("1725442341", "", sign) != 200);
    CHECK(status("1725442341", "abcdefg\nh", sign) != 200);
    CHECK(status("1725442341", std::string(1000, 'a'), sign) != 200);
  }
  CHECK(status("1725442341", "with-other_characters=", true) == 200);
  CHECK(status("1725442341", "with-other_characters=", false) == 401);
  CHECK(status("1725442341", "short", false) == 401);
}

TEST_CASE("with unsigned validation allowed nothing else comes without a signature") {
  for (const char* name : {"dispatch", "heartbeat", "validation"}) {
    CAPTURE(name);
    Sample one = sample(name);
    drop(one.request, "X-Signature-Timestamp");
    drop(one.request, "X-Signature-Ed25519");
    const bool validation = std::string_view(name) == "validation";
    CHECK(one.webhook({.unsigned_validation = true}).examine(one.request, 0).answer.status == (validation ? 200 : 401));
    CHECK(one.webhook().examine(one.request, 0).answer.status == 401);
  }
  // A signature that is there is always looked at.
  Sample forged = sample("validation");
  set(forged.request, "X-Signature-Ed25519", std::string(128, '0'));
  CHECK(forged.examine({.unsigned_validation = true}).answer.status == 401);
}
