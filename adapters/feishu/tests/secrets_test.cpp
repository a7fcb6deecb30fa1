// The verification token proves that a push is the platform's. Whoever has it can push, so it stays here, whatever the
// push it came with was like.

#include "adapters/feishu/tests/dialing.h"

using namespace rig;

namespace {

// Where a token may stand, and what may be wrong besides.
std::vector<std::string> pushes_of(const std::string& token) {
  const auto header = [&token](std::string_view type) {
    return Fields{{"event_id", "e"}, {"event_type", type}, {"token", token}, {"create_time", "1754301601217"}};
  };
  const onebot::Value stray = Fields{{"note", "token " + token}, {"list", onebot::List{token}}, {token, 1}};
  std::vector<Fields> all;
  for (const std::string_view schema : {"2.0", "1.0"}) {
    for (const std::string_view type :
         {"im.message.receive_v1", "im.message.receive", "im.chat.member.user.added_v1", "nobody.described_v1", ""}) {
      all.push_back({{"schema", schema}, {"header", header(type)}, {"token", token}, {"event", "no object"}});
      all.push_back({{"schema", schema}, {"header", header(type)}, {"token", token}});
      all.push_back({{"schema", schema}, {"header", header(type)}, {"event", stray}, {"more", stray}});
    }
  }
  for (const std::string_view type : {"message", "nobody", ""}) {
    Fields event = std::get<Fields>(stray);
    event.push_back({"type", type});
    all.push_back({{"type", "event_callback"}, {"uuid", "u"}, {"token", token}, {"event", event}, {"more", stray}});
  }
  all.push_back({{"token", token}, {"neither", stray}});
  std::vector<std::string> texts;
  for (const Fields& push : all) texts.push_back(onebot::json::write(push));
  return texts;
}

// Everything that anybody may read of what a bot did.
std::string told_of(const fakes::World& world) {
  std::string all;
  for (const onebot::Arrival& arrival : world.events.arrivals) {
    all += to_json(arrival.events);
    for (const std::string& key : arrival.keys) all += key + "\n";
  }
  for (const onebot::Record& record : world.events.records) all += record.kind + record.key + record.value + "\n";
  for (const auto& [level, line] : world.log.lines) all += line + "\n";
  for (const auto& [name, count] : world.log.counters) all += name + "\n";
  return all;
}

io::Headers signed_now(const Bot& bot, const std::string& body) {
  const std::string now = fmt::format("{}", static_cast<std::int64_t>(bot.world.loop.wall()));
  return {{"X-Lark-Request-Timestamp", now},
          {"X-Lark-Request-Nonce", "n"},
          {"X-Lark-Signature", feishu::sign(now, "n", kKey, body)}};
}

}  // namespace

TEST_CASE("the verification token of a push goes nowhere, plain or encrypted, known, unknown or malformed") {
  for (const std::string_view platform : {"feishu", "bosshi"}) {
    for (const std::string& key : {std::string(), kKey}) {
      std::size_t events = 0;
      for (const std::string& push : pushes_of(kToken)) {
        CAPTURE(push);
        Bot bot(platform, {{"encrypt_key", key}, {"self_id", kBot}});
        bot.start();
        const std::string body =
            key.empty() ? push : onebot::json::write(Fields{{"encrypt", feishu::encrypt(key, push)}});
        bot.push(body, key.empty() ? io::Headers() : signed_now(bot, body));
        events += bot.commit().size();
        const std::string told = told_of(bot.world);
        CHECK(told.find(kToken) == std::string::npos);
        CHECK(told.find(kKey) == std::string::npos);
      }
      CHECK(events > 20);
    }
  }
}

TEST_CASE(
    "the token that a delivery of the long connection carries goes nowhere, though nobody here has it configured") {
  std::size_t events = 0;
  for (const std::string& push : pushes_of("the-token-of-the-console")) {
    Dialing bot;
    bot.open();
    const bool repeats = push.find(R"("note")") != std::string::npos;  // the event itself: nobody knows that word
    if (repeats) continue;
    CAPTURE(push);
    bot.bring_event("d", push);
    events += bot.commit().size();
    CHECK(told_of(bot.world).find("the-token-of-the-console") == std::string::npos);
  }
  CHECK(events > 10);
}

TEST_CASE("what the platform says of our secrets is told nobody") {
  Dialing bot;
  REQUIRE(bot.asked().url == kEndpoint);
  bot.answer(R"({"code":514,"msg":"AppSecret s3cret is wrong"})");
  CHECK(bot.adapter->trouble().why.find("s3cret") == std::string::npos);
  CHECK(bot.adapter->trouble().why.find("AppSecret *** is wrong") != std::string::npos);
  CHECK(told_of(bot.world).find("s3cret") == std::string::npos);
}

TEST_CASE("a delivery that is cut within a character arrives, repaired") {
  Dialing bot;
  bot.open();
  std::string body = message("om_1", "p2p", kPrivate, kLin, "cut #");
  body.replace(body.find('#'), 1, "\xE4");
  bot.bring_event("d", body);
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(events[0].alt_message == "cut \xEF\xBF\xBD");
}

TEST_CASE("a platform that never reads its acknowledgements is replaced before they pile up") {
  Dialing bot;
  bot.open();
  bot.link().reading = false;
  const auto link = bot.world.client.links.back();
  int brought = 0;
  for (; link->peer && brought < 100'000; ++brought) {
    bot.bring({.seq = 1,
               .service = 7,
               .method = feishu::Frame::kData,
               .headers = {{"type", "event"},
                           {"message_id", std::to_string(brought)},
                           {"sum", "1"},
                           {"seq", "0"},
                           {"long", std::string(500, 'x')}},
               .payload = "no JSON"});
    bot.world.loop.advance(0ms);
  }
  CHECK(brought > 100);
  CHECK(brought < 5'000);
  CHECK(bot.world.log.contains("the platform does not read what we send"));
}
