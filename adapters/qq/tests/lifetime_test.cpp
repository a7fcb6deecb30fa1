// Long lives: hours of a gateway and of pushes, with every fault they are known for, in a second.

#include "adapters/qq/tests/lifetime.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>

using namespace std::chrono_literals;
using qq::test::Lifetime;

namespace {

struct Fault {
  int minute = 0;
  std::string_view order{};  // to the platform; "" = see network and restart
  std::string_view query{};
  bool ends_sessions = false;  // the platform replays nothing then
};

// Of ten hours. Besides, every connection times out at each half hour.
constexpr Fault kFaults[] = {
    {11, "close", "code=4008"},
    {23, "close", "code=4900", true},
    {37, "reconnect", ""},
    {52, "invalidate", "resumable=1"},
    {71, "freeze", ""},
    {83, "invalidate", "resumable=0", true},
    {97, "network down", ""},
    {101, "network up", ""},
    {119, "expire_token", ""},
    {121, "close", "code=4004", true},
    {140, "close", "code=1001"},
    {155, "close", "code=4913", true},
    {171, "restart", ""},
    {187, "close", "code=4007", true},
    {200, "freeze", ""},
    {215, "close", "code=4006", true},
    {230, "grant", "bits=1325404161"},  // GUILD_MEMBERS is withdrawn, which shows with the next connection
    {231, "reconnect", "", true},
    {260, "expire_token", ""},
    {261, "restart", ""},
    {290, "network down", ""},
    {305, "network up", ""},
    {330, "close", "code=4999", true},
    {350, "close", "code=4009"},
    {375, "close", "code=1006"},
    {400, "close", "code=4000", true},
    {425, "reconnect", ""},
    {450, "close", "code=4003", true},
    {475, "invalidate", "resumable=1"},
    {500, "freeze", ""},
    {525, "close", "code=4005", true},
    {550, "close", "code=4905", true},
    {580, "close", "code=4008"},
};
constexpr int kShards = 2, kMinutes = 600, kSteps = 3;  // in a minute

void strike(Lifetime& life, const Fault& fault) {
  if (fault.order == "restart") return life.restart();
  if (fault.order.starts_with("network")) return life.network(fault.order == "network up");
  life.order(fault.order, fault.query);
}

// What a session was open for, and so must arrive; what was played while none was, may.
struct Played {
  std::vector<std::string> promised{};
  std::set<std::string> all{};
};

}  // namespace

TEST_CASE(
    "ten hours of a gateway with all its faults: what the platform replays is not lost, and it stays within limits") {
  Lifetime life(onebot::Fields{{"shards", "2"}});
  life.order("limit", "remaining=40&concurrency=1&shards=2");
  life.restart();
  life.pass(1min);
  REQUIRE(life.online());

  Played played;
  std::int64_t identified = kShards;  // once all shards have
  const Fault* next = std::begin(kFaults);
  for (int step = 0; step < kMinutes * kSteps; ++step) {
    if (step % (30 * kSteps) == 0) life.order("close", "code=4009");
    if (next != std::end(kFaults) && step == next->minute * kSteps) {
      if (next->ends_sessions) identified += kShards;
      strike(life, *next++);
    }
    const bool promised = life.state("identifies") == identified;
    // The first is told to shard 0, the second to shard 1.
    for (const auto& [name, member] : {std::pair{"FRIEND_ADD", "openid"}, std::pair{"GUILD_UPDATE", "id"}}) {
      const std::string id = fmt::format("{}:{}", name, step);
      life.play(fmt::format(R"({{"t":"{}","id":"{}","d":{{"{}":"4194304"}}}})", name, id, member));
      played.all.insert(id);
      if (promised) played.promised.push_back(id);
    }
    life.pass(20s, 1s);
  }
  life.pass(2min);

  std::map<std::string, int> heard;
  for (const onebot::Event& event : life.events().events()) ++heard[event.id];
  std::vector<std::string> lost, repeated;
  for (const std::string& id : played.promised) {
    if (!heard.contains(id)) lost.push_back(id);
  }
  for (const auto& [id, times] : heard) {
    CHECK(played.all.contains(id));
    if (times > 1) repeated.push_back(id);
  }
  CHECK_MESSAGE(lost.empty(), lost.size(), " of ", played.promised.size(), " lost, first ",
                lost.empty() ? "" : lost[0]);
  CHECK(repeated.empty());
  CHECK(played.promised.size() > played.all.size() * 9 / 10);
  CHECK(life.state("over_limit") == 0);
  CHECK(life.state("identifies") == identified);
  CHECK(life.state("resumes") > 2 * 20);
  CHECK(life.online());
  CHECK(life.events().online);
  CHECK(life.told_secret().value_or("") == "");
}

TEST_CASE("an hour of pushes with restarts and outages: every push is taken once its events are stored") {
  Lifetime life;
  life.order("push_url", "", R"({"url":"http://bridge.test/qq/102000001"})");
  life.restart();
  life.pass(1min);
  REQUIRE(life.online());
  life.order("validate");

  for (int second = 0; second < 3600; ++second) {
    if (second % 600 == 100) life.stop();
    if (second % 600 == 105) life.restart();
    if (second % 600 == 300) life.network(false);
    if (second % 600 == 306) life.network(true);
    if (second % 900 == 0) life.order("expire_token");
    life.play(fmt::format(R"({{"t":"FRIEND_ADD","id":"FRIEND_ADD:{}","d":{{"openid":"U"}}}})", second));
    life.pass(1s, 1s);
  }
  life.pass(1min);

  std::set<std::string> heard;
  for (const onebot::Event& event : life.events().events()) heard.insert(event.id);
  CHECK(heard.size() == 3600);
  const auto pushes = life.ask("pushes");
  REQUIRE(pushes.root().size() == 3601);
  bool again = false;
  for (std::size_t i = 0; i < pushes.root().size(); ++i) {
    const auto push = pushes.root()[i];
    CHECK_MESSAGE(push.at("taken").boolean(), push.dump());
    again = again || push.at("statuses").size() > 1;
  }
  CHECK(again);
  CHECK(life.state("identifies") == 0);
  CHECK(life.online());
  CHECK(life.told_secret().value_or("") == "");
}

TEST_CASE("a platform in trouble refuses eight identifies, and then gives the bot everything it asked for") {
  Lifetime life;
  life.order("refuse_identify", "code=4903&count=8");
  life.restart();
  life.pass(12min);

  REQUIRE(life.online());
  CHECK(life.ask("state").root().at("sessions")[0].at("intents").integer() == 1325404163);
  CHECK(life.log().counters["gateway_invalid_session"] == 8);
  CHECK(life.events().recall("intents").empty());
}

TEST_CASE("a bot that is told by a close behind an op 9 that it is banned asks for nothing more") {
  Lifetime life;
  life.order("refuse_identify", "code=4915");
  life.restart();
  life.pass(10s);
  life.pass(1h, 5s);

  CHECK_FALSE(life.online());
  CHECK(life.state("connections") == 0);
  CHECK(life.ask("calls").root().at("GET /gateway/bot").integer() == 1);
  CHECK(life.events().recall("intents").empty());
  CHECK(life.log().contains("the bot is banned"));
}

TEST_CASE("a platform that refuses identifies and does not say why is asked for less") {
  Lifetime life;
  life.order("refuse_identify", "code=0&count=2");
  life.restart();
  life.pass(1min);

  REQUIRE(life.online());
  CHECK(life.ask("state").root().at("sessions")[0].at("intents").integer() == 251662849);
  CHECK(life.events().recall("intents").size() == 1);
}

TEST_CASE("a platform that may not be asked for its gateway is asked again when it said so, and no other way") {
  Lifetime life;
  life.order("refuse_gateway", "retry_after=30&count=1");
  life.restart();
  life.pass(29s);
  const auto requests = life.state("requests");
  CHECK_FALSE(life.online());
  life.pass(10s);

  CHECK(life.online());
  CHECK(life.state("requests") == requests + 2);  // the bot's question, and this one
}
