#include "adapters/qq/adapter.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace std::chrono_literals;
using onebot::Fields;

namespace {

qq::Settings settings() { return qq::read_settings(Fields{{"app_id", "1"}, {"app_secret", "s"}}).value(); }

}  // namespace

TEST_CASE("a bot that is stopped closes its connection, answers what is under way, and is silent from then on") {
  fakes::World world;
  world.client.script = [](const onebot::io::HttpRequest& request) {
    if (request.url.ends_with("/gateway/bot")) return onebot::io::HttpResponse{200, {}, R"({"url":"wss://g.test/"})"};
    return onebot::io::HttpResponse{200, {}, R"({"access_token":"T","expires_in":"7200"})"};
  };
  qq::Adapter bot(settings(), world.host, [] { return 0.5; });
  bot.start();
  world.loop.run();
  fakes::Link& link = *world.client.links.at(0);
  link.open();
  link.text(R"({"op":10,"d":{"heartbeat_interval":30000}})");
  link.text(R"({"op":0,"s":1,"t":"READY","d":{"session_id":"S","user":{"id":"B"}}})");
  world.client.script = nullptr;
  int retcode = 0;
  bot.call({"get_self_info", {}}, onebot::Reply([&](auto result) { retcode = static_cast<int>(result.error().code); }));

  bot.stop();

  CHECK(retcode == 36001);
  CHECK(link.peer == nullptr);
  const auto said = world.events.records.size();
  world.loop.advance(24h);
  CHECK(world.events.changes == std::vector{true});
  CHECK(world.events.records.size() == said);
  CHECK(world.client.links.size() == 1);
}

TEST_CASE("a bot that is not online says why, and when it has stopped for good") {
  fakes::World world;
  world.client.script = [](const onebot::io::HttpRequest& request) {
    if (request.url.ends_with("/gateway/bot")) return onebot::io::HttpResponse{200, {}, R"({"url":"wss://g.test/"})"};
    return onebot::io::HttpResponse{200, {}, R"({"access_token":"T","expires_in":"7200"})"};
  };
  qq::Adapter bot(settings(), world.host, [] { return 0.0; });
  bot.start();
  world.loop.run();
  CHECK(bot.trouble().why.empty());
  world.client.links.at(0)->close(1006, "refused");
  world.loop.advance(1s);
  CHECK(bot.trouble().why == "closed with 1006 \"refused\", the network or the platform ended the connection");
  CHECK_FALSE(bot.trouble().final);

  fakes::Link& link = *world.client.links.at(1);
  link.open();
  link.text(R"({"op":10,"d":{"heartbeat_interval":30000}})");
  link.close(4915, "");
  CHECK(bot.trouble().why == "closed with 4915 \"\", the bot is banned; appeal on the platform's console (q.qq.com)");
  CHECK(bot.trouble().final);
}

TEST_CASE("of sent messages only the newest thousand are kept, on disk too") {
  std::vector<onebot::Record> records;
  qq::Messages messages([&](onebot::Record record) { records.push_back(std::move(record)); });
  for (std::size_t i = 0; i <= qq::Messages::kMostSent; ++i) {
    messages.add(fmt::format("S{}", i), {{qq::Chat::Kind::group, "G"}, fmt::format("R{}", i), true});
  }

  CHECK_FALSE(messages.find("S0"));
  CHECK(messages.sent("S1"));
  CHECK(messages.id_of("R0").empty());
  CHECK(messages.id_of("R1") == "S1");
  const auto forgotten = [](const onebot::Record& record) { return record.value.empty(); };
  REQUIRE(std::ranges::count_if(records, forgotten) == 1);
  CHECK(std::ranges::find_if(records, forgotten)->key == "S0");
}

TEST_CASE("a received message is known while it is among the newest, and never kept on disk") {
  std::vector<onebot::Record> records;
  qq::Messages messages([&](onebot::Record record) { records.push_back(std::move(record)); });
  for (std::size_t i = 0; i <= qq::Messages::kMostReceived; ++i) {
    messages.add(fmt::format("C{}", i), {{qq::Chat::Kind::c2c, "U"}, "", false});
  }

  CHECK_FALSE(messages.find("C0"));
  CHECK(messages.find("C1"));
  CHECK_FALSE(messages.sent("C1"));
  CHECK(records.empty());
}

TEST_CASE("of a message that the platform tells twice the index is known, whichever tells it") {
  qq::Messages messages([](onebot::Record) {});
  messages.add("C0", {{qq::Chat::Kind::group, "G"}, "", false});
  messages.add("C1", {{qq::Chat::Kind::group, "G"}, "R1", false});

  messages.add("C0", {{qq::Chat::Kind::group, "G"}, "R0", false});
  messages.add("C1", {{qq::Chat::Kind::group, "G"}, "", false});

  CHECK(messages.find("C0")->index == "R0");
  CHECK(messages.id_of("R0") == "C0");
  CHECK(messages.id_of("R1") == "C1");
}

TEST_CASE("a record of a sent message that cannot be read is passed over") {
  qq::Messages messages([](onebot::Record) {});

  messages.recall({{"sent", "S1", "{"}, {"sent", "S2", R"({"scene":"c2c","chat":"U","index":"R"})"}});

  CHECK_FALSE(messages.find("S1"));
  CHECK(messages.find("S2")->chat == qq::Chat{qq::Chat::Kind::c2c, "U"});
}
