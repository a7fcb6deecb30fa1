// A bot whose events are pushed to it.

#include "adapters/qq/feed/hook.h"

#include "adapters/kit/tests/places.h"
#include "adapters/qq/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace std::chrono_literals;
using onebot::Fields;
using Answered = std::shared_ptr<fakes::Answered>;

namespace {

constexpr std::string_view kFriend =
    R"({"op":0,"id":"FRIEND_ADD:1","t":"FRIEND_ADD","d":{"openid":"U","timestamp":7}})";

// A bot with this id, its pushes, and a platform that answers as told.
struct Hooked {
  fakes::World& world;
  std::string app_id, secret = "OneBotBridgeSecr3t";
  std::unique_ptr<onebot::Adapter> bot{};

  Hooked(fakes::World& in, std::string id, Fields more = {}) : world(in), app_id(std::move(id)) {
    Fields section = {{"app_id", app_id}, {"app_secret", secret}, {"receive", "webhook"}};
    for (const onebot::Field& field : more) onebot::set(section, field.name, field.value);
    bot = qq::make("qq", section, world.host).value();
    bot->start();
    world.loop.run();
  }
  static void answer(fakes::World& world, int me_status) {
    world.client.script = [me_status](const onebot::io::HttpRequest& request) {
      if (request.url.ends_with("/users/@me")) {
        return onebot::io::HttpResponse{me_status, {}, R"({"id":"314159","username":"Bot"})"};
      }
      return onebot::io::HttpResponse{200, {}, R"({"access_token":"T","expires_in":"7200"})"};
    };
  }

  onebot::io::HttpRequest request(std::string_view body) const {
    const std::string now = fmt::format("{}", static_cast<std::int64_t>(world.loop.wall()));
    const onebot::crypto::Ed25519 key(qq::webhook_seed(secret));
    return {.method = "POST",
            .url = "/qq/" + app_id,
            .headers = {{"X-Bot-Appid", app_id},
                        {"X-Signature-Timestamp", now},
                        {"X-Signature-Ed25519", qq::sign_push(key, now, body)}},
            .body = std::string(body)};
  }
  Answered push(onebot::io::HttpRequest request) const {
    auto answered = world.ingress.push("/qq/" + app_id, std::move(request));
    world.loop.run();
    return answered;
  }
  Answered push(std::string_view body) const { return push(request(body)); }
  void commit(std::size_t arrival, bool stored) const { world.events.arrivals.at(arrival).committed(stored); }
};

struct Platform {
  fakes::World world{};
  explicit Platform(int me_status = 200) { Hooked::answer(world, me_status); }
};

}  // namespace

TEST_CASE("a push is acknowledged when its events are on disk, and not before") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");

  const Answered answered = bot.push(kFriend);

  REQUIRE(platform.world.events.events().size() == 1);
  CHECK(platform.world.events.events()[0].detail_type == "friend_increase");
  CHECK(platform.world.events.events()[0].self.user_id == "314159");
  CHECK_FALSE(answered->response);
  bot.commit(0, true);
  REQUIRE(answered->response);
  CHECK(answered->response->status == 200);
  CHECK(answered->response->body == R"({"op":12,"d":0})");
}

TEST_CASE("a push whose events cannot be stored is answered with an error, so that it comes again") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  const Answered failed = bot.push(kFriend), late = bot.push(kFriend);

  bot.commit(0, false);
  CHECK(failed->response->status == 503);
  platform.world.loop.advance(2500ms);
  REQUIRE(late->response);
  CHECK(late->response->status == 503);
  bot.commit(1, true);  // too late for the platform, and no harm
  CHECK(late->response->status == 503);
}

TEST_CASE("a push that comes again has the name it had, under a new timestamp too") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  const auto request = bot.request(kFriend);

  bot.push(request);
  bot.push(request);
  platform.world.loop.advance(2s);
  bot.push(kFriend);

  const auto& arrivals = platform.world.events.arrivals;
  REQUIRE(arrivals.size() == 3);
  CHECK(arrivals[0].keys == std::vector<std::string>{"frame/FRIEND_ADD:1"});
  CHECK(arrivals[1].keys == arrivals[0].keys);
  CHECK(arrivals[2].keys == arrivals[0].keys);
}

TEST_CASE("a push without an id is known by its signature when it is played back, and two pushes are two") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  constexpr std::string_view kNameless = R"({"op":0,"t":"FRIEND_DEL","d":{"openid":"U"}})";
  const auto request = bot.request(kNameless);

  bot.push(request);
  bot.push(request);
  platform.world.loop.advance(1s);
  bot.push(kNameless);

  const auto& arrivals = platform.world.events.arrivals;
  REQUIRE(arrivals.size() == 3);
  CHECK(arrivals[0].keys.size() == 1);
  CHECK(arrivals[1].keys == arrivals[0].keys);
  CHECK(arrivals[2].keys != arrivals[0].keys);
}

TEST_CASE("a request played back after the window is refused") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  const auto request = bot.request(kFriend);
  bot.push(request);

  platform.world.loop.advance(301s);

  CHECK(bot.push(request)->response->status == 401);
  CHECK(platform.world.events.arrivals.size() == 1);
}

TEST_CASE("two bots share a port: each takes its own pushes, and refuses those of the other") {
  Platform platform;
  const Hooked one(platform.world, "109900001"), other(platform.world, "109900002");

  const Answered misled = platform.world.ingress.push("/qq/109900002", one.request(kFriend));
  one.push(kFriend);
  other.push(kFriend);

  CHECK(misled->response->status == 401);
  const auto events = platform.world.events.events();
  REQUIRE(events.size() == 2);
  CHECK(onebot::text_of(events[0].fields, "qq.appid") == "109900001");
  CHECK(onebot::text_of(events[1].fields, "qq.appid") == "109900002");
}

TEST_CASE("until it is known who the bot is pushes are put off, and the platform is asked again and again") {
  Platform platform(500);
  const Hooked bot(platform.world, "109900001");

  CHECK(bot.push(kFriend)->response->status == 503);
  CHECK_FALSE(bot.bot->online());
  CHECK(platform.world.log.counters["webhook_put_off"] == 1);
  Hooked::answer(platform.world, 200);
  platform.world.loop.advance(2s);

  CHECK(bot.bot->online());
  CHECK(platform.world.events.changes == std::vector{true});
  CHECK(bot.bot->self().user_id == "314159");
  CHECK_FALSE(bot.push(kFriend)->response);
  CHECK(platform.world.events.arrivals.size() == 1);
}

TEST_CASE("a bot that is known from an earlier life takes pushes before the platform can be asked") {
  Platform platform(500);
  platform.world.events.records = {{"self", "", "314159"}, {"self", "name", "Bot"}};
  const Hooked bot(platform.world, "109900001");

  CHECK_FALSE(bot.push(kFriend)->response);
  CHECK(platform.world.events.events().at(0).self.user_id == "314159");
  platform.world.loop.advance(10s);
  CHECK(bot.bot->online());  // the token is valid
}

TEST_CASE("a bot is online while it has a valid token") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  REQUIRE(bot.bot->online());

  platform.world.client.script = [](const auto&) { return onebot::io::HttpResponse{500, {}, ""}; };
  platform.world.loop.advance(2h + 10s);
  CHECK_FALSE(bot.bot->online());
  Hooked::answer(platform.world, 200);
  platform.world.loop.advance(2min);

  CHECK(bot.bot->online());
  CHECK(platform.world.events.changes == std::vector{true, false, true});
}

TEST_CASE("while the log cannot take more, pushes are put off") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");

  bot.bot->hold(true);
  CHECK(bot.push(kFriend)->response->status == 503);
  CHECK(bot.push(R"({"op":1,"d":1314})")->response->body == R"({"op":11,"d":1314})");
  bot.bot->hold(false);

  CHECK_FALSE(bot.push(kFriend)->response);
}

TEST_CASE("a refused push is counted and told, without what it said") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  auto request = bot.request(R"({"op":0,"t":"FRIEND_ADD","d":{"openid":"hush"}})");
  request.body += ' ';

  const Answered answered = bot.push(request);

  CHECK(answered->response->status == 401);
  CHECK(answered->response->body.empty());
  CHECK(platform.world.log.counters["webhook_refused"] == 1);
  CHECK(platform.world.log.contains("push refused: the signature is wrong"));
  CHECK_FALSE(platform.world.log.contains("hush"));
  CHECK_FALSE(platform.world.log.contains(bot.secret));
}

TEST_CASE("what is pushed and is no event as documented is told as malformed, and acknowledged") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");

  for (const std::string_view body :
       {R"({"op":0,"t":"FRIEND_ADD","id":"F1","d":[1]})", R"({"op":0,"id":"F2","d":{}})"}) {
    bot.push(body);
  }
  const Answered no_frame = bot.push(R"({"hello":1})");
  const Answered unknown_op = bot.push(R"({"op":77})");

  const auto events = platform.world.events.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].detail_type == "qq.malformed");
  CHECK(events[1].detail_type == "qq.malformed");
  bot.commit(2, true);
  CHECK(no_frame->response->status == 200);
  CHECK(platform.world.log.counters["events_malformed"] == 3);
  CHECK(unknown_op->response->body == R"({"op":12,"d":0})");
}

TEST_CASE("the token of a validation is answered, and told nobody else") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  const std::string_view validation = R"({"op":13,"d":{"plain_token":"Arq0D5A61EgUu4OxUvOp","event_ts":"1725442341"}})";

  const Answered answered = bot.push(validation);
  auto forged = bot.request(validation);
  forged.body += ' ';
  bot.push(forged);

  CHECK(answered->response->body.find("Arq0D5A61EgUu4OxUvOp") != std::string::npos);
  CHECK(platform.world.events.arrivals.empty());
  for (const auto& [level, line] : platform.world.log.lines) CHECK(line.find("Arq0D5A61") == std::string::npos);
}

TEST_CASE("a push that is cut within a character arrives, repaired") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  bot.push(
      "{\"op\":0,\"id\":\"C2C_MESSAGE_CREATE:1\",\"t\":\"C2C_MESSAGE_CREATE\",\"d\":{\"id\":\"M1\",\"content\":"
      "\"cut \xE4\",\"author\":{\"user_openid\":\"U\"},\"timestamp\":\"2026-11-01T00:00:00+08:00\"}}");
  REQUIRE(platform.world.events.events().size() == 1);
  CHECK(platform.world.events.events()[0].alt_message == "cut \xEF\xBF\xBD");
}

TEST_CASE("no id that is pushed leads out of its place in an address") {
  Platform platform;
  const Hooked bot(platform.world, "109900001");
  const auto interaction = [](std::string_view id) {
    return onebot::json::write(Fields{{"op", 0},
                                      {"t", "INTERACTION_CREATE"},
                                      {"id", fmt::format("INTERACTION_CREATE:{}", id)},
                                      {"d", Fields{{"id", id}, {"type", 11}, {"group_openid", id}}}});
  };

  bot.push(interaction("I"));
  bot.commit(0, true);
  platform.world.loop.advance(1s);
  CHECK(platform.world.client.calls.back()->request.url.ends_with("/interactions/I"));
  for (const std::string& id : kit_test::kStrayIds) {
    bot.push(interaction(id));
    auto& arrivals = platform.world.events.arrivals;
    if (!arrivals.empty() && arrivals.back().committed) arrivals.back().committed(true);
    platform.world.loop.advance(1s);
  }
  for (const auto& call : platform.world.client.calls) {
    CHECK_MESSAGE(kit_test::stray_step(call->request.url).empty(), call->request.url);
  }
}

TEST_CASE("a stopped bot takes no more pushes, and no word of a commit breaks it") {
  Platform platform;
  Hooked bot(platform.world, "109900001");
  const Answered open = bot.push(kFriend);

  bot.bot.reset();
  bot.commit(0, true);

  CHECK(open->response->status == 200);
  CHECK(platform.world.ingress.pushes.empty());
}

TEST_CASE("the pushes' options are checked") {
  const auto mistake = [](Fields more) {
    Fields section = {{"app_id", "1"}, {"app_secret", "s"}, {"receive", "webhook"}};
    for (const onebot::Field& field : more) onebot::set(section, field.name, field.value);
    const auto settings = qq::read_settings(section);
    return settings ? std::string() : settings.error().message;
  };

  CHECK(mistake({}).empty());
  CHECK(mistake({{"push_max_age", 1000}}).empty());
  CHECK(mistake({{"push_max_age", 42'900'000}}).empty());
  CHECK(mistake({{"push_max_age", 0}}).starts_with("push_max_age: "));
  CHECK(mistake({{"push_max_age", 42'900'001}}).starts_with("push_max_age: "));
  for (const char* shards : {"", "1", "256", "auto", "0/2", "0-3/8", "7-7/8"})
    CHECK(mistake({{"shards", shards}}).empty());
  for (const char* shards :
       {"0", "-1", "257", "x", "1x", "4/4", "3-1/8", "-1-2/8", "0-8/8", "0-/8", "/8", "1/", "auto/2"}) {
    CHECK_MESSAGE(mistake({{"shards", shards}}).starts_with("shards: "), shards);
  }
}
