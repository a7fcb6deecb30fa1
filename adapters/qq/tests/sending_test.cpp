// What a bot sends: an hour of chat against the simulator, files in parts, several QQ messages as one, and guilds.

#include "adapters/qq/simulator/simulator.h"
#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

using namespace std::chrono_literals;
using namespace qq_test;
using onebot::json::Document;

namespace {

// A bot that hears by hand and speaks to the simulator.
struct Chatter {
  fakes::World world{};
  std::unique_ptr<onebot::Simulator> platform = qq::make_simulator("qq", world.loop, world.server, world.client);
  std::unique_ptr<onebot::Adapter> bot{};
  Fields section{};
  int seq = 1, refused = 0;

  explicit Chatter(bool auto_passive) {
    REQUIRE(platform->open({}));
    section = platform->bot();
    section.push_back({"auto_passive", auto_passive});
    world.client.script = [this](const HttpRequest& request) {
      HttpRequest arrived = request;
      arrived.url = path_of(request).substr(0, std::string::npos);
      return *world.server.request(std::move(arrived))->response;
    };
    start();
  }
  void start() {
    bot = qq::make("qq", section, world.host).value();
    bot->start();
    world.loop.advance(10ms);
    fakes::Link& link = *world.client.links.back();
    link.open();
    link.text(R"({"op":10,"d":{"heartbeat_interval":30000}})");
    world.loop.advance(10ms);
    const bool resumes = link.received.back().find("\"op\":6") != std::string::npos;
    say(resumes ? R"("t":"RESUMED","d":"")"
                : R"("t":"READY","d":{"session_id":"S","user":{"id":"3141592653589793238"}})");
  }
  void restart() {
    bot->stop();
    bot.reset();
    start();
  }
  void say(std::string_view rest) {
    world.client.links.back()->text(fmt::format(R"({{"op":0,"s":{},{}}})", seq++, rest));
  }
  void pass(std::chrono::seconds time) {
    for (; time > 0s; time -= 10s) {
      world.loop.advance(10s);
      world.client.links.back()->text(R"({"op":11})");
    }
  }
  void hear(int group, int number) {
    const std::string content = fmt::format(
        R"({{"id":"M{}-{}","group_openid":"G{}","content":"hi","timestamp":"2026-11-01T00:00:00+08:00","author":{{"member_openid":"U"}}}})",
        group, number, group);
    const auto native = Document::parse(fmt::format(R"({{"t":"GROUP_AT_MESSAGE_CREATE","d":{}}})", content));
    REQUIRE(platform->play(native->root()));
    say(fmt::format(R"("t":"GROUP_AT_MESSAGE_CREATE","id":"E{}-{}","d":{})", group, number, content));
  }
  void reply(int group, int number) {
    bot->call(
        {"send_message",
         {{"detail_type", "group"}, {"group_id", fmt::format("G{}", group)}, {"message", fmt::format("{}", number)}}},
        onebot::Reply([this](auto result) { refused += result ? 0 : 1; }));
  }
  // 20 chats, twice in an hour 5 replies in each; the bot is restarted while some are still owed.
  void hour() {
    for (int half = 0; half < 2; ++half) {
      for (int group = 0; group < 20; ++group) hear(group, half);
      for (int number = 0; number < 5; number += 2) {
        for (int group = 0; group < 20; ++group) {
          reply(group, half * 5 + number);
          if (number < 4) reply(group, half * 5 + number + 1);
        }
        pass(70s);
        if (number == 2) restart();
      }
      pass(26min);
    }
  }
  std::vector<std::string> sent() {
    HttpRequest list{.url = "/simulator/sent"};
    const auto all = Document::parse(world.server.request(std::move(list))->response->body);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < all->root().size(); ++i) bodies.push_back(all->root()[i].dump());
    return bodies;
  }
};

}  // namespace

TEST_CASE("in an hour of chat with a restart no reply is refused, none overtakes another, no number is used twice") {
  Chatter chatter(true);

  chatter.hour();

  CHECK(chatter.refused == 0);
  const auto sent = chatter.sent();
  CHECK(sent.size() == 200);
  std::set<std::string> numbers;
  std::map<std::string, int> last;
  for (const std::string& message : sent) {
    CHECK(numbers.insert(at(message, "body.msg_id") + " " + at(message, "body.msg_seq")).second);
    const int number = std::stoi(at(message, "body.content"));
    const auto [found, first] = last.try_emplace(at(message, "path"), number);
    CHECK((first ? number == 0 : number == found->second + 1));
    found->second = number;
  }
}

TEST_CASE("without the ledger the same hour runs into the quota of messages sent unasked") {
  Chatter chatter(false);

  chatter.hour();

  // 40 at once, four times, where 30 a minute are allowed.
  CHECK(chatter.refused == 40);
}

TEST_CASE("a video of 60 MiB goes up in parts straight from disk, and only once") {
  Bot bot;
  const std::size_t block = 20 << 20;
  const std::string id = bot.world.files.add("v.mp4", std::string(3 * block, 'v'), "sha");
  const std::string chat = fmt::format("/v2/groups/{}", kGroup);
  bot.answers["POST " + chat + "/upload_prepare"] = fmt::format(
      R"({{"upload_id":"UP","block_size":"{}","parts":[{{"index":0,"presigned_url":"https://cos.test/0"}},)"
      R"({{"index":1,"presigned_url":"https://cos.test/1"}},{{"index":2,"presigned_url":"https://cos.test/2"}}]}})",
      block);
  for (const char* part : {"0", "1", "2"}) bot.answers[std::string("PUT /") + part] = "";
  bot.answers["POST " + chat + "/upload_part_finish"] = "{}";
  bot.answers["POST " + chat + "/files"] = R"({"file_info":"INFO","ttl":0})";
  bot.answers["POST " + chat + "/messages"] = R"({"id":"S1","timestamp":1790000000})";
  const Fields message{
      {"detail_type", "group"}, {"group_id", kGroup}, {"message", onebot::List{segment("video", {{"file_id", id}})}}};

  CHECK(at(bot.call("send_message", message), "data.message_id") == "S1");

  CHECK(bot.count("PUT", "cos.test") == 3);
  CHECK(bot.count("POST", "/upload_part_finish") == 3);
  for (const HttpRequest& request : bot.calls) {
    CHECK(request.body.size() < 1000);
    if (request.method != "PUT") continue;
    CHECK_FALSE(onebot::io::header(request.headers, "Authorization"));
    CHECK(request.file->size == block);
  }
  CHECK(at(bot.calls.back().body, "media.file_info") == "INFO");

  CHECK(at(bot.call("send_message", message), "data.message_id") == "S1");
  CHECK(bot.count("PUT", "cos.test") == 3);
  CHECK(bot.count("POST", "/files") == 1);
}

TEST_CASE("two pictures are two QQ messages under one id, by which both are taken back after a restart too") {
  Bot bot;
  const std::string chat = fmt::format("/v2/groups/{}", kGroup);
  bot.answers["POST " + chat + "/files"] = R"({"file_info":"INFO","ttl":0})";
  int number = 0;
  bot.world.client.script = [&](const HttpRequest& request) {
    if (request.url.ends_with("/messages"))
      bot.answers["POST " + chat + "/messages"] = fmt::format(R"({{"id":"S{}"}})", ++number);
    return bot.answer(request);
  };
  const std::string one = bot.world.files.add("1.png", "1", "a"), two = bot.world.files.add("2.png", "2", "b");

  const std::string answer =
      bot.call("send_message",
               {{"detail_type", "group"},
                {"group_id", kGroup},
                {"message", onebot::List{segment("text", {{"text", "look"}}), segment("image", {{"file_id", one}}),
                                         segment("image", {{"file_id", two}})}}});

  CHECK(at(answer, "data.message_id") == "S1");
  CHECK(bot.count("POST", "/messages") == 2);
  Bot later;
  later.world.events.records = bot.world.events.records;
  later.bot->start();
  later.answers["DELETE " + chat + "/messages/S1"] = later.answers["DELETE " + chat + "/messages/S2"] = "{}";
  CHECK(at(later.call("delete_message", {{"message_id", "S1"}}), "status") == "ok");
  CHECK(later.count("DELETE", "/S1") == 1);
  CHECK(later.count("DELETE", "/S2") == 1);
}

TEST_CASE("a message of which only a part went out fails with 34002 and the id of that part") {
  Bot bot;
  const std::string chat = fmt::format("/v2/groups/{}", kGroup);
  int number = 0;
  bot.world.client.script = [&](const HttpRequest& request) {
    bot.answers["POST " + chat + "/messages"] = ++number > 2 ? R"(!{"err_code":304025})" : R"({"id":"S1"})";
    return bot.answer(request);
  };

  const std::string answer = bot.call(
      "send_message",
      {{"detail_type", "group"},
       {"group_id", kGroup},
       {"message", onebot::List{segment("text", {{"text", "a"}}), segment("qq.markdown", {{"content", "# b"}})}}});

  CHECK(at(answer, "retcode") == "34002");
  CHECK(at(answer, "data.message_id") == "S1");
}

TEST_CASE("guilds, channels and members are listed to the end of their pages") {
  Bot bot;
  bot.answers["GET /users/@me/guilds?limit=100&after=0"] = R"([{"id":"1","name":"A"},{"id":"2","name":"B"}])";
  bot.answers["GET /users/@me/guilds?limit=100&after=2"] = "[]";
  bot.answers["GET /guilds/1/channels"] = R"([{"id":"11","name":"talk"}])";
  bot.answers["GET /guilds/1/members?limit=400&after=0"] = R"([{"user":{"id":"7","username":"u"},"nick":"n"}])";
  bot.answers["GET /guilds/1/members?limit=400&after=7"] = R"([{"user":{"id":"7","username":"u"},"nick":"n"}])";

  CHECK(bot.call("get_guild_list", {}).find(R"({"guild_id":"2","guild_name":"B"}])") != std::string::npos);
  CHECK(bot.call("get_channel_list", {{"guild_id", "1"}}).find(R"("channel_name":"talk")") != std::string::npos);
  const std::string members = bot.call("get_guild_member_list", {{"guild_id", "1"}});
  CHECK(members.find(R"([{"user_id":"7","user_name":"u","user_displayname":"n","user_remark":""}])") !=
        std::string::npos);
}

TEST_CASE(
    "a guild's user is written to in direct messages, which are opened once; what is sent there can be recalled") {
  Bot bot;
  bot.answers["POST /users/@me/dms"] = R"({"guild_id":"900","channel_id":"901"})";
  bot.answers["POST /dms/900/messages"] = R"({"id":"S1"})";
  bot.answers["DELETE /dms/900/messages/S1?hidetip=false"] = "";
  const Fields message{{"detail_type", "private"}, {"user_id", "77"}, {"message", "a < b"}, {"qq.src_guild_id", "1"}};

  CHECK(at(bot.call("send_message", message), "status") == "ok");
  CHECK(at(bot.calls.back().body, "content") == "a &lt; b");
  CHECK(at(bot.call("send_message", message), "status") == "ok");

  CHECK(bot.count("POST", "/users/@me/dms") == 1);
  CHECK(at(bot.call("delete_message", {{"message_id", "S1"}}), "status") == "ok");
  CHECK(at(bot.call("send_message", message), "retcode") == "34005");
}

TEST_CASE("a picture for a channel is part of a form, sent from disk, and a reaction is a call of its own") {
  Bot bot;
  bot.answers["POST /channels/11/messages"] = R"({"id":"S1"})";
  bot.answers["PUT /channels/11/messages/S1/reactions/1/4"] = "";
  const std::string id = bot.world.files.add("a\"b.png", "bytes");

  CHECK(at(bot.call("send_message", {{"detail_type", "channel"},
                                     {"guild_id", "1"},
                                     {"channel_id", "11"},
                                     {"message", onebot::List{segment("image", {{"file_id", id}})}}}),
           "status") == "ok");
  CHECK(bot.calls.back().file->size == 5);
  CHECK(bot.calls.back().body.find("name=\"file_image\"; filename=\"a_b.png\"") != std::string::npos);
  CHECK(at(bot.call("qq.add_reaction",
                    {{"channel_id", "11"}, {"message_id", "S1"}, {"emoji_type", "1"}, {"emoji_id", "4"}}),
           "status") == "ok");
}

TEST_CASE("after 429 with Retry-After the call is made again when the platform says, and not before") {
  Bot bot;
  const std::string path = fmt::format("/v2/groups/{}/messages", kGroup);
  int asked = 0;
  bot.world.client.script = [&](const HttpRequest& request) {
    if (request.url.ends_with("/messages") && ++asked == 1) return HttpResponse{429, {{"Retry-After", "3"}}, "{}"};
    bot.answers["POST " + path] = R"({"id":"S1"})";
    return bot.answer(request);
  };

  CHECK(bot.call("send_message", {{"detail_type", "group"}, {"group_id", kGroup}, {"message", "x"}}) == "none");
  bot.world.loop.advance(2s);
  CHECK(asked == 1);
  bot.world.loop.advance(2s);
  CHECK(asked == 2);
}
