// Every recorded push, through a whole bot: what the platform is answered, and what events come of it.

#include "adapters/feishu/tests/rig.h"

using namespace rig;

namespace {

constexpr double kRecordedAt = 1'754'301'000;

// One bot for each combination of platform and keys, so that repeats meet the bot that has seen them.
class Bots {
 public:
  Bot& of(View fixture) {
    const std::string platform = fixture.at("platform").text(), name = fixture.at("name").text();
    const std::string key = fixture.at("encrypt_key").text();
    auto& bot = bots_[platform + "/" + key];
    if (bot) return *bot;
    // The token of the SDK's own challenge is not ours.
    const std::string token = name.starts_with("official.") ? "" : platform == "bosshi" ? kBosshiToken : kToken;
    bot = std::make_unique<Bot>(
        platform, Fields{{"verification_token", token}, {"encrypt_key", key}, {"self_id", self(platform)}});
    bot->world.loop.began_at = kRecordedAt;
    bot->start();
    if (platform != "bosshi" && key.empty()) remember(*bot);
    return *bot;
  }
  static std::string self(std::string_view platform) {
    return platform == "bosshi" ? "ou_d9c9ff945a55a088f8b641c7d27c9" : kBot;
  }

 private:
  inline static const std::string kBosshiToken = "bT4nYq8sKd2vRm6xWj9cLp3hZg7fUe1A";

  // What the fixtures take for known: chats, a message of Marco's and one of the bot's.
  static void remember(Bot& bot) {
    bot.push(message("om_f969360b1b4c0b90f5ba6ab01975f332", "group", kGroup, kMarco));
    bot.push(message("om_before", "p2p", kPrivate, kLin));
    bot.commit();
    bot.call("send_message", to_group("hello"));
    bot.answer(R"({"code":0,"data":{"message_id":"om_ee76799cdae82ce0928f272a8c9def67"}})");
  }

  std::map<std::string, std::unique_ptr<Bot>> bots_;
};

io::Headers headers_of(View fixture) {
  io::Headers headers;
  fixture.at("headers").members(
      [&headers](std::string_view name, View value) { headers.emplace_back(name, value.text()); });
  return headers;
}

struct Outcome {
  io::HttpResponse response{};
  std::vector<Event> events{};
};

Outcome replay(Bots& bots, View fixture) {
  Bot& bot = bots.of(fixture);
  const View raw = fixture.at("raw_body");
  const auto answered = bot.push(raw.is_string() ? raw.text() : fixture.at("payload").dump(), headers_of(fixture));
  Outcome outcome{.events = bot.commit()};
  REQUIRE(answered->response.has_value());
  outcome.response = *answered->response;
  return outcome;
}

bool is_push(View fixture) { return fixture.at("http_reply").is_object(); }

}  // namespace

TEST_CASE("every recorded push is answered and translated as recorded, and pushed again yields nothing") {
  const Document fixtures = parse(read(kFixtures / "webhook.json"));
  Bots bots;
  REQUIRE(fixtures.root().size() > 60);
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    if (!is_push(fixture)) continue;
    CAPTURE(fixture.at("name").text());

    const Outcome outcome = replay(bots, fixture);

    CHECK(outcome.response.status == fixture.at("http_reply.status").integer());
    const Document body = parse(outcome.response.body);
    CHECK_MESSAGE(same(body.root(), fixture.at("http_reply.body")), outcome.response.body);
    const Document events = parse(to_json(outcome.events));
    CHECK_MESSAGE(same(events.root(), fixture.at("expect")), events.root().dump());
  }

  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    if (!is_push(fixture)) continue;
    CAPTURE(fixture.at("name").text());

    const Outcome outcome = replay(bots, fixture);

    CHECK(outcome.response.status == fixture.at("http_reply.status").integer());
    CHECK(outcome.events.empty());
  }
}

TEST_CASE("the official samples are decrypted") {
  const Document fixtures = parse(read(kFixtures / "webhook.json"));
  int count = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    if (!fixture.at("plaintext").is_string()) continue;
    CAPTURE(fixture.at("name").text());
    const std::string sealed = fixture.at("payload.encrypt").text();
    CHECK(feishu::decrypt(fixture.at("encrypt_key").str(), sealed) == fixture.at("plaintext").text());
    ++count;
  }
  CHECK(count >= 6);
}
