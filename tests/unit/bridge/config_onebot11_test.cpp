// The sections of OneBot 11 in a configuration, and which bots they serve.

#include "tests/unit/bridge/config_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace config_rig;
using namespace std::chrono_literals;
namespace v11 = onebot::v11;

using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("O11-GEN-03: every section of OneBot 11 is accepted, without one of OneBot 12") {
  const auto read = onebot11(one(R"([onebot11]
access_token = "s3cret"
[[onebot11.http]]
[[onebot11.http_post]]
url = "http://127.0.0.1:8080/"
[[onebot11.websocket]]
[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:8080/"
[onebot11.heartbeat]
[onebot11.media]
)"));

  REQUIRE(read.http.size() == 1);
  REQUIRE(read.http_post.size() == 1);
  REQUIRE(read.websocket.size() == 1);
  REQUIRE(read.websocket_reverse.size() == 1);
  CHECK(read.http[0].options.access_token == "s3cret");
  CHECK(read.websocket[0].options.access_token == "s3cret");
  CHECK(read.websocket_reverse[0].options.access_token == "s3cret");
  REQUIRE(read.media);
}

TEST_CASE("O11-CFG-01, O11-CFG-02, O11-CFG-04: what a way does that says nothing") {
  const auto read =
      onebot11(one("[[onebot11.http]]\n[[onebot11.websocket]]\n"
                   "[[onebot11.http_post]]\nurl = \"http://127.0.0.1:8080/\"\n"
                   "[[onebot11.websocket_reverse]]\nurl = \"ws://127.0.0.1:8080/\"\n"));

  CHECK(read.http.at(0).options.host == "127.0.0.1");
  CHECK(read.http[0].options.port == 5700);
  CHECK(read.websocket.at(0).options.host == "127.0.0.1");
  CHECK(read.websocket[0].options.port == 6700);
  CHECK(read.http_post.at(0).options.timeout == 0s);
  CHECK(read.http_post[0].options.secret.empty());
  const auto& reverse = read.websocket_reverse.at(0).options;
  CHECK(reverse.use_universal_client);
  CHECK(reverse.reconnect_interval == 3s);
  CHECK(reverse.access_token.empty());
  const auto& section = read.websocket[0].options.section;
  CHECK(section.asking.events == v11::Options{});
  CHECK(section.asking.events.max_frame == 500'000);
  CHECK(section.asking.at_sender);
  CHECK(section.asking.rate_limit_interval == 500ms);
  CHECK(section.replay == 5min);
  CHECK(section.heartbeat == 15s);
  CHECK(section.name.empty());
  CHECK(section.bots.empty());
  CHECK(read.websocket[0].bots == Places{0});
}

TEST_CASE("O11-GEN-03: the example of the documentation has ways of OneBot 11, for both of its bots") {
  std::ifstream file(SOURCE_DIR "/examples/bridge.toml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto [config, wrong] = read(std::regex_replace(text, std::regex("\"env:\\w+\""), "\"a secret\""));
  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  REQUIRE(config->onebot11.http_post.size() == 1);
  CHECK(config->onebot11.http_post[0].bots == Places{0, 1});
  REQUIRE(config->onebot11.websocket_reverse.size() == 1);
  CHECK(config->onebot11.websocket_reverse[0].options.section.replay == 5min);
  REQUIRE(config->onebot11.media);
  CHECK(config->onebot11.media->address.port == 5701);
}

TEST_CASE("O11-CFG-01: [onebot11] stands in for what a section leaves out, and a section overrides it") {
  const auto read = onebot11(one(R"([onebot11]
message_format = "string"
channels = "off"
extended_notices = true
interactions = "message"
at_sender = false
replay = "1m"
max_frame = "64KiB"
rate_limit_interval = 0
access_token = "of all"
[onebot11.heartbeat]
interval = 5000
[[onebot11.websocket]]
[[onebot11.websocket]]
port = 6701
name = "own"
message_format = "array"
channels = "guild"
extended_notices = false
interactions = "off"
at_sender = true
replay = "0"
max_frame = "500000"
rate_limit_interval = 100
access_token = ""
)"));

  const auto& all = read.websocket.at(0).options;
  CHECK(all.access_token == "of all");
  CHECK(all.section.asking.events == v11::Options{.message_format = v11::MessageFormat::string,
                                                  .channels = v11::Channels::off,
                                                  .extended_notices = true,
                                                  .interactions = v11::Interactions::message,
                                                  .max_frame = 64 << 10});
  CHECK_FALSE(all.section.asking.at_sender);
  CHECK(all.section.asking.rate_limit_interval == 0ms);
  CHECK(all.section.replay == 1min);
  CHECK(all.section.heartbeat == 5s);
  const auto& own = read.websocket.at(1).options;
  CHECK(own.access_token.empty());
  CHECK(own.section.name == "own");
  CHECK(own.section.asking.events ==
        v11::Options{.channels = v11::Channels::guild, .interactions = v11::Interactions::off});
  CHECK(own.section.asking.at_sender);
  CHECK(own.section.asking.rate_limit_interval == 100ms);
  CHECK(own.section.replay == 0ms);
  CHECK(own.section.heartbeat == 5s);
}

TEST_CASE("O11-CFG-04: the heartbeat of OneBot 11 can be switched off, and is not that of OneBot 12") {
  const auto [config, wrong] = read(one("[onebot11.heartbeat]\nenabled = false\n[[onebot11.websocket]]\n"));
  REQUIRE(config);
  CHECK(config->onebot11.websocket.at(0).options.section.heartbeat == 0ms);
  CHECK(config->heartbeat == 15s);
}

TEST_CASE("O11-CFG-02: a reverse link may be two, and then needs no common address") {
  const std::string reverse = "[[onebot11.websocket_reverse]]\n";
  const auto read = onebot11(one(reverse + "use_universal_client = false\napi_url = \"ws://a/api\"\n"
                                           "event_url = \"wss://a/event\"\n"));
  CHECK_FALSE(read.websocket_reverse.at(0).options.use_universal_client);
  CHECK(read.websocket_reverse[0].options.api_url == "ws://a/api");
  CHECK(read.websocket_reverse[0].options.event_url == "wss://a/event");
  CHECK(read.websocket_reverse[0].options.url.empty());

  CHECK(has(mistakes(one(reverse)), "b.toml:5: onebot11.websocket_reverse.url: is missing, and required"));
  CHECK(has(mistakes(one(reverse + "use_universal_client = false\napi_url = \"ws://a/api\"\n")), "url: is missing"));
  CHECK(has(mistakes(one(reverse + "url = \"ws://a/\"\napi_url = \"ws://a/api\"\n")),
            "b.toml:7: onebot11.websocket_reverse.api_url: is for two links"));
  CHECK(mistakes(one(reverse + "url = \"ws://a/\"\napi_url = \"ws://a/api\"\nuse_universal_client = true\n")) == "");
  const std::string wrong = mistakes(one(reverse + "url = \"http://a/\"\n"));
  CHECK(has(wrong, "is no URL that can be used here; allowed: ws:// or wss://"));
  CHECK_FALSE(has(wrong, "is missing"));
}

TEST_CASE("O11-CFG-02: a post's timeout is in seconds, and its secret is read like every secret") {
  setenv("ONEBRIDGE_TEST_POST", "sixteen letters!", 1);
  const std::string post = "[[onebot11.http_post]]\nurl = \"http://a/\"\n";
  const auto good = read(one(post + "timeout = 30\nsecret = \"env:ONEBRIDGE_TEST_POST\"\n"));
  REQUIRE(good.config);
  CHECK(good.config->onebot11.http_post.at(0).options.timeout == 30s);
  CHECK(good.config->onebot11.http_post[0].options.secret == "sixteen letters!");
  CHECK(std::ranges::count(good.config->secrets, "sixteen letters!") == 1);
  CHECK(good.config->warnings.empty());

  CHECK(has(mistakes(one(post + "timeout = 5000\n")), "5000 is out of range; allowed: 0..3600 (seconds)"));
  CHECK(has(mistakes(one(post + "timeout = \"5s\"\n")), "is a string; allowed: a whole number"));
  CHECK(has(warnings(one(post + "secret = \"sec\"\n")), "b.toml:7: onebot11.http_post.secret: is short"));
  CHECK(has(warnings(one(post + "access_token = \"t\"\n")),
            "b.toml:7: onebot11.http_post.access_token: is sent to nobody: in OneBot 11 posts are signed"));
  CHECK(warnings(one("[onebot11]\naccess_token = \"t\"\n" + post)) == "");
}

TEST_CASE("a token of [onebot11] is a secret, too") {
  const auto [config, wrong] = read(one("[onebot11]\naccess_token = \"of all of them\"\n[[onebot11.http]]\n"));
  REQUIRE(config);
  CHECK(std::ranges::count(config->secrets, "of all of them") == 1);
}

TEST_CASE("O11-GEN-03: unknown keys of OneBot 11 are told with the nearest one") {
  CHECK(has(mistakes(one("[onebot11]\nreplays = \"1m\"\n[[onebot11.http]]\n")),
            "b.toml:6: onebot11.replays: unknown key; did you mean \"replay\"?"));
  CHECK(has(mistakes(one("[[onebot11.websockets]]\n")),
            "b.toml:5: onebot11.websockets: unknown key; did you mean \"websocket\"?"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nprot = 1\n")),
            "b.toml:6: onebot11.http.prot: unknown key; did you mean \"port\"?"));
  CHECK(has(mistakes(one("[[onebot11.http]]\n[onebot11.media]\nexpires = \"1h\"\n")),
            "onebot11.media.expires: unknown key; did you mean \"expire\"?"));
  CHECK(has(mistakes(one("[[onebot11.http]]\n[onebot11.heartbeat]\nintervall = 1\n")),
            "onebot11.heartbeat.intervall: unknown key; did you mean \"interval\"?"));
  CHECK(has(mistakes(one("[onebot11.http]\nport = 1\n")),
            "b.toml:5: onebot11.http: is a table; allowed: tables, written as [[onebot11.http]]"));
  CHECK(has(mistakes(one("[[onebot11]]\n[[onebot.http]]\n")),
            "b.toml:5: onebot11: is a list; allowed: one table, written as [onebot11]"));
}

TEST_CASE("values of OneBot 11 that are none are told with what is allowed") {
  CHECK(has(mistakes(one("[onebot11]\nids = \"text\"\n[[onebot11.http]]\n")),
            "b.toml:6: onebot11.ids: \"text\" is not known; allowed: number, string"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nchannels = \"none\"\n")), "allowed: group, guild, off"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nmessage_format = \"cq\"\n")), "allowed: array, string"));
  CHECK(has(mistakes(one("[[onebot11.http]]\ninteractions = true\n")), "is true or false; allowed: a string"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nmax_frame = \"1kB\"\n")),
            "\"1kB\" is out of range; allowed: 4KiB to 16383KiB"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nmax_frame = 500000\n")), "allowed: a string like \"1GiB\""));
  CHECK(has(mistakes(one("[[onebot11.http]]\nrate_limit_interval = -1\n")), "out of range; allowed: 0..3600000"));
}

TEST_CASE("O11-CFG-01: nobody is served for longer than events are kept") {
  CHECK(has(mistakes(one("[[onebot11.http]]\n\nreplay = \"48h\"\n")),
            "b.toml:7: onebot11.http.replay: is longer than delivery.retention"));
  CHECK(has(mistakes(one("[onebot11]\nreplay = \"48h\"\n[[onebot11.http]]\n[[onebot11.websocket]]\n")),
            "b.toml:6: onebot11.replay: is longer than delivery.retention"));
  CHECK(mistakes(one("[[onebot11.http]]\nreplay = \"48h\"\n[delivery]\nretention = \"7d\"\n")) == "");
  const auto read = onebot11(one("[[onebot11.http]]\n[delivery]\nreplay = \"1m\"\nretention = \"1m\"\n"));
  CHECK(read.http.at(0).options.section.replay == 1min);
}

TEST_CASE("O11-CFG-01: bots are chosen by patterns, for all ways and for each") {
  const auto read = onebot11(two(R"([onebot11]
bots = ["PLATFORM:102000002"]
[[onebot11.http]]
[[onebot11.websocket]]
bots = ["PLATFORM:*"]
[[onebot11.websocket]]
port = 6701
bots = ["PLATFORM:102000001", "*", "PLATFORM:102000001"]
[[onebot11.websocket]]
port = 6702
bots = ["PLATFORM:102000001"]
)"));

  CHECK(read.http.at(0).bots == Places{1});
  CHECK(read.websocket.at(0).bots == Places{0, 1});
  CHECK(read.websocket.at(1).bots == Places{0, 1});
  CHECK(read.websocket.at(2).bots == Places{0});
}

TEST_CASE("O11-CFG-01: a pattern that no bot is like is a mistake, and so is a way for no bot") {
  CHECK(has(mistakes(two("[[onebot11.http]]\n\nbots = [\n\"PLATFORM:102000001\",\n\"PLATFORM:102000003\"]\n")),
            fmt::format("b.toml:13: onebot11.http.bots: \"{0}:102000003\" is no configured bot; did you mean "
                        "\"{0}:10200000",
                        kPlatform)));
  CHECK(has(
      mistakes(two("[[onebot11.http]]\nbots = [\"PLATFORM/102000002\"]\n")),
      fmt::format("did you mean \"{}:102000002\"? allowed: \"platform:app_id\", \"platform:*\" or \"*\"", kPlatform)));
  CHECK(has(mistakes(two("[onebot11]\nbots = [\"nobody:*\"]\n[[onebot11.http]]\n")),
            "b.toml:10: onebot11.bots: \"nobody:*\" is no configured bot"));
  CHECK(has(mistakes(two("[[onebot11.http]]\nbots = []\n")),
            "b.toml:10: onebot11.http.bots: is empty: no bot would be served"));
  CHECK(has(mistakes(two("[[onebot11.http]]\nbots = \"*\"\n")), "is a string; allowed: a list of strings"));
  const std::string many = mistakes(two("[onebot11]\nbots = []\n[[onebot11.http]]\n[[onebot11.websocket]]\n"));
  CHECK(std::ranges::count(many, '\n') == 1);
}

TEST_CASE("O11-CFG-03: a bot may have a number, and no two have the same") {
  const auto [config, wrong] =
      read(bot("102000001", "onebot11_id = 9007199254740991\n") + bot("102000002") + "[[onebot11.http]]\n");
  REQUIRE(config);
  CHECK(config->bots.at(0).onebot11_id == 9'007'199'254'740'991);
  CHECK(config->bots.at(1).onebot11_id == 0);

  const std::string way = "[[onebot.http]]\n";
  CHECK(has(mistakes(bot("102000001", "onebot11_id = 5\n") + bot("102000002", "onebot11_id = 5\n") + way),
            "b.toml:10: bots.onebot11_id: 5 is already the number of the bot of line 1 in OneBot 11"));
  CHECK(has(mistakes(bot("102000001") + bot("102000002", "onebot11_id = 102000001\n") + way),
            "b.toml:9: bots.onebot11_id: 102000001 is already the number of the bot of line 1"));
  CHECK(has(mistakes(bot("102000001", "onebot11_id = 102000002\n") + bot("102000002") + way),
            "b.toml:8: bots.app_id: 102000002 is already the number of the bot of line 1"));
  for (const std::string_view number : {"0", "-1", "9007199254740992"}) {
    CHECK(has(mistakes(bot("102000001", fmt::format("onebot11_id = {}\n", number)) + way),
              fmt::format("b.toml:5: bots.onebot11_id: {} is out of range; allowed: 1..9007199254740991", number)));
  }
  CHECK(has(mistakes(bot("102000001", "onebot11_id = \"5\"\n") + way), "is a string; allowed: a whole number"));
}

TEST_CASE("names of places are of one section each in OneBot 11") {
  CHECK(has(mistakes(one("[[onebot11.http_post]]\nurl = \"http://a/\"\nname = \"a\"\n[[onebot11.websocket]]\nname = "
                         "\"a\"\n")),
            "b.toml:9: onebot11.websocket.name: \"a\" is already the name in line 7"));
}

TEST_CASE("O11-STR-01: ids as text are warned of, with the applications that never take them") {
  const std::string told = warnings(one("[[onebot11.http]]\n\nids = \"string\"\n"));
  CHECK(has(told, "b.toml:7: onebot11.http.ids: \"string\" is for applications that take ids as text: Koishi"));
  for (const std::string_view never :
       {"NoneBot", "ZeroBot", "Karin", "SealDice", "Overflow", "Shiro", "simbot", "LangBot"}) {
    CHECK(has(told.substr(told.find('.', told.find("as far as"))), never));
  }
  const auto read = onebot11(one("[onebot11]\nids = \"string\"\n[[onebot11.http]]\n[[onebot11.websocket]]\n"));
  CHECK(read.http.at(0).options.section.asking.events.ids == v11::Ids::string);
  const std::string once = warnings(one("[onebot11]\nids = \"string\"\n[[onebot11.http]]\n[[onebot11.websocket]]\n"));
  CHECK(std::ranges::count(once, '\n') == 1);
  CHECK(warnings(one("[[onebot11.http]]\nids = \"number\"\n")) == "");
}

TEST_CASE("defaults of OneBot 11 that nobody uses are warned of, and are no way in") {
  CHECK(has(warnings(one("[[onebot.http]]\n[onebot11]\nids = \"number\"\n")),
            "b.toml:6: onebot11: no application of OneBot 11 has a way to connect"));
  CHECK_FALSE(onebot11(one("[[onebot.http]]\n[onebot11.media]\nport = 5701\n")).media);
  const std::string wrong = mistakes(one("[onebot11]\n"));
  CHECK(has(wrong, "onebot: applications have no way to connect"));
  CHECK(has(wrong, "[[onebot11.websocket_reverse]]"));
  CHECK(has(mistakes(one("[onebot11]\nhttp = []\n")), "applications have no way to connect"));
  CHECK(has(mistakes(one("[[onebot.http]]\n[onebot11.media]\nport = 99999\n")), "onebot11.media.port: 99999"));
}
