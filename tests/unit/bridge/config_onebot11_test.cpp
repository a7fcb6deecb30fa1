// OneBot 11 in a configuration: its sections, which bots they serve, and what is between it and OneBot 12.

#include "adapters/registry.h"
#include "bridge/config/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace v11 = onebot::v11;

const std::string kPlatform(adapters::platforms().front().name);

std::string bot(std::string_view app_id, std::string_view more = "") {
  return fmt::format("[[bots]]\nplatform = \"{}\"\napp_id = \"{}\"\napp_secret = \"a literal secret\"\n{}", kPlatform,
                     app_id, more);
}

// One bot in four lines, or two in eight.
std::string one(std::string_view rest) { return bot("102000001") + std::string(rest); }
std::string two(std::string_view rest) { return bot("102000001") + bot("102000002") + std::string(rest); }

// PLATFORM stands for the first platform of the registry.
bridge::ReadConfig read(std::string text) {
  for (auto at = text.find("PLATFORM"); at != text.npos; at = text.find("PLATFORM")) text.replace(at, 8, kPlatform);
  return bridge::read_config(text, "b.toml");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

std::string mistakes(const std::string& text) { return joined(read(text).mistakes); }

std::string warnings(const std::string& text) {
  const auto [config, wrong] = read(text);
  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  return joined(config->warnings);
}

bridge::OneBot11 onebot11(const std::string& text) {
  const auto [config, wrong] = read(text);
  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  return config->onebot11;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

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

TEST_CASE(
    "O11-GEN-03: a listener of OneBot 11 shares its address with none of OneBot 12, and with one other of its own") {
  for (const std::string_view way : {"http", "websocket"}) {
    CAPTURE(way);
    CHECK(
        has(mistakes(one(fmt::format("[[onebot.http]]\n[[onebot11.{}]]\nport = 5700\n", way))),
            fmt::format("b.toml:7: onebot11.{}.port: 127.0.0.1:5700 is already used by onebot.http in line 5; allowed: "
                        "another port, since OneBot 11 and OneBot 12 do not share one",
                        way)));
    CHECK(has(mistakes(one(fmt::format("[[onebot.websocket]]\n[[onebot11.{}]]\nport = 6700\n", way))),
              "is already used by onebot.websocket in line 5"));
  }
  CHECK(
      has(mistakes(one("[[onebot.http]]\n[[onebot11.http]]\nhost = \"0.0.0.0\"\n")), "is already used by onebot.http"));
  CHECK(mistakes(one("[[onebot11.http]]\n[[onebot11.websocket]]\nport = 5700\n")) == "");
  CHECK(has(mistakes(one("[[onebot11.http]]\n[[onebot11.http]]\n")),
            "b.toml:6: onebot11.http.port: 127.0.0.1:5700 is already used by onebot11.http in line 5; allowed: another "
            "port, or one http and one websocket together"));
  CHECK(has(mistakes(one("[[onebot11.http]]\n[admin]\nport = 5700\n")), "is already used by onebot11.http in line 5"));
  CHECK(mistakes(one("[[onebot.http]]\n[[onebot11.http]]\nport = 5702\n[[onebot.websocket]]\n")) == "");
}

TEST_CASE("O11-AUTH-06: a listener of OneBot 11 that others reach without a token is warned of") {
  const std::string open = "[[onebot11.websocket]]\nhost = \"0.0.0.0\"\n";
  CHECK(has(warnings(one(open)),
            "b.toml:6: onebot11.websocket.host: is reachable from other machines without an access_token"));
  CHECK(warnings(one("[onebot11]\naccess_token = \"t\"\n" + open)) == "");
}

TEST_CASE("names of places are of one section each in OneBot 11") {
  CHECK(has(mistakes(one("[[onebot11.http_post]]\nurl = \"http://a/\"\nname = \"a\"\n[[onebot11.websocket]]\nname = "
                         "\"a\"\n")),
            "b.toml:9: onebot11.websocket.name: \"a\" is already the name in line 7"));
}

TEST_CASE("hosts of a listener of OneBot 11 are read as of every other") {
  const auto read = onebot11(one("[[onebot11.http]]\nhosts = [\"Bridge.example.com\"]\n"));
  CHECK(read.http.at(0).options.hosts == std::vector<std::string>{"bridge.example.com"});
  CHECK(has(mistakes(one("[[onebot11.websocket]]\nhosts = [\"*\"]\n")), "onebot11.websocket.hosts: \"*\" is no host"));
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

TEST_CASE("O11-CFG-05: a bot that goes to one port over OneBot 11 and 12 is warned of, naming both sections") {
  const auto both = [](std::string_view url11, std::string_view url12, std::string_view more = "") {
    return two(
        fmt::format("[[onebot.websocket_reverse]]\nurl = \"{}\"\n[[onebot11.websocket_reverse]]\nurl = \"{}\"\n{}",
                    url12, url11, more));
  };

  CHECK(has(warnings(both("ws://127.0.0.1:8080/onebot/v11/ws", "ws://127.0.0.1:8080/onebot/v12/ws")),
            fmt::format("b.toml:12: onebot11.websocket_reverse.url: leads to 127.0.0.1:8080, as "
                        "onebot.websocket_reverse in line 9 does, and {}:102000001 is a bot of both",
                        kPlatform)));
  CHECK(has(warnings(both("ws://LocalHost:8080/", "ws://127.0.0.1:8080/")), "is a bot of both"));
  CHECK(has(warnings(both("ws://Example.com/", "ws://u:p@example.com:80/x")), "is a bot of both"));
  CHECK(has(warnings(both("wss://[2001:db8::1]/", "wss://[2001:DB8::1]:443/")), "is a bot of both"));
  CHECK(warnings(both("ws://127.0.0.1:8081/", "ws://127.0.0.1:8080/")) == "");
  CHECK(warnings(both("ws://example.com/", "wss://example.com/")) == "");
  CHECK(has(warnings(two("[[onebot.webhook]]\nurl = \"http://127.0.0.1:8080/\"\n[[onebot11.http_post]]\nurl = "
                         "\"http://127.0.0.1:8080/\"\n")),
            "onebot11.http_post.url: leads to 127.0.0.1:8080, as onebot.webhook in line 9 does"));
  CHECK(has(warnings(both("ws://a/", "ws://127.0.0.1:8080/",
                          "use_universal_client = false\nevent_url = \"ws://127.0.0.1:8080/\"\n")),
            "b.toml:14: onebot11.websocket_reverse.event_url: leads to 127.0.0.1:8080"));
  CHECK_FALSE(has(warnings(both("ws://u:hunter2@h/", "ws://u:hunter2@h/")), "hunter2"));
}

TEST_CASE("O11-GEN-03: what is OneBot 11's in a section of OneBot 12 is told where it belongs") {
  CHECK(has(mistakes(one("[[onebot.websocket]]\nversion = 11\n")),
            "b.toml:6: onebot.websocket.version: is no key: the section says which OneBot is spoken, and "
            "[[onebot.websocket]] is OneBot 12; for OneBot 11 write [[onebot11.websocket]]"));
  CHECK(has(mistakes(one("[[onebot.webhook]]\nurl = \"http://a/\"\nversion = 11\n")),
            "for OneBot 11 write [[onebot11.http_post]]"));
  CHECK(has(mistakes(one("[onebot]\nversion = 11\n[[onebot.http]]\n")),
            "[[onebot.*]] is OneBot 12; for OneBot 11 write"));
  CHECK(has(mistakes(one("[onebot.http_post]\nurl = \"http://a/\"\n")),
            "b.toml:5: onebot.http_post: is OneBot 11's name; write [[onebot.webhook]], or [[onebot11.http_post]] for "
            "OneBot 11"));
  CHECK(has(mistakes(one("[[onebot.http]]\n[onebot.media]\n")), "write [onebot11.media]"));
  for (const std::string_view key :
       {"message_format = \"string\"", "ids = \"string\"", "channels = \"guild\"", "at_sender = true",
        "interactions = \"message\"", "extended_notices = true", "max_frame = \"1MiB\"", "rate_limit_interval = 1"}) {
    CAPTURE(key);
    CHECK(has(mistakes(one(fmt::format("[[onebot.http]]\n{}\n", key))),
              "is a key of OneBot 11; write it into [[onebot11.http]], or into [onebot11] for all of them"));
    CHECK(has(mistakes(one(fmt::format("[onebot]\n{}\n[[onebot.http]]\n", key))),
              "is a key of OneBot 11; write it into [onebot11]"));
  }
  CHECK(has(mistakes(one("[[onebot.http]]\nreplay = \"5m\"\n")), "for OneBot 12 write it into [delivery]"));
  CHECK(has(mistakes(one("[onebot]\naccess_token = \"t\"\n[[onebot.http]]\n")),
            "write it into each [[onebot.*]] section"));
  CHECK(has(mistakes(one("[[onebot.websocket_reverse]]\nurl = \"ws://a/\"\nuse_universal_client = true\n")),
            "write [[onebot11.websocket_reverse]]. OneBot 12 has one link"));
}

TEST_CASE("O11-GEN-03: what is OneBot 12's in a section of OneBot 11 is told where it belongs") {
  CHECK(has(mistakes(one("[[onebot11.webhook]]\nurl = \"http://a/\"\n")),
            "b.toml:5: onebot11.webhook: is OneBot 12's name; write [[onebot11.http_post]], or [[onebot.webhook]] for "
            "OneBot 12"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nversion = 12\n")),
            "[[onebot11.http]] is OneBot 11; for OneBot 12 write [[onebot.http]]"));
  CHECK(has(mistakes(one("[[onebot11.http_post]]\nurl = \"http://a/\"\nversion = 12\n")), "write [[onebot.webhook]]"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nevent_enabled = true\n")),
            "b.toml:6: onebot11.http.event_enabled: is a key of OneBot 12: OneBot 11 has no events over HTTP"));
  CHECK(
      has(mistakes(one("[[onebot11.websocket]]\ndefault_consumer = \"a\"\n")), "is a key of OneBot 12; leave it out"));
  CHECK(has(mistakes(one("[[onebot12.http]]\n")), "b.toml:5: onebot12: is no section: OneBot 12 is [[onebot.http]]"));
  CHECK(has(mistakes(one("[[onebot_11.http]]\n")), "did you mean \"onebot11\"?"));
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

TEST_CASE("O11-MED-03: where files are had, by which name, and for how long") {
  const auto plain = onebot11(one("[[onebot11.http]]\n")).media;
  REQUIRE(plain);
  CHECK(plain->address.host == "127.0.0.1");
  CHECK(plain->address.port == 5701);
  CHECK(plain->base_url == "http://127.0.0.1:5701");
  CHECK(plain->expire == 24h);

  const auto media = [](std::string_view keys) {
    return one(fmt::format("[[onebot11.http]]\n[onebot11.media]\n{}", keys));
  };
  CHECK_FALSE(onebot11(media("port = 0\n")).media);
  CHECK_FALSE(onebot11(one("[[onebot.http]]\n")).media);
  CHECK(onebot11(media("host = \"::1\"\nport = 5702\n")).media->base_url == "http://[::1]:5702");
  const auto named =
      onebot11(media("host = \"0.0.0.0\"\nbase_url = \"https://Files.example.com/x/\"\nexpire = \"1h\"\n")).media;
  REQUIRE(named);
  CHECK(named->base_url == "https://Files.example.com/x");
  CHECK(named->address.hosts == std::vector<std::string>{"files.example.com"});
  CHECK(named->expire == 1h);
}

TEST_CASE("O11-MED-03: an address of files that nobody could use is a mistake") {
  const auto media = [](std::string_view keys) {
    return mistakes(one(fmt::format("[[onebot11.http]]\n[onebot11.media]\n{}", keys)));
  };
  CHECK(has(media("host = \"0.0.0.0\"\n"),
            "b.toml:7: onebot11.media.host: \"0.0.0.0\" is no address that applications could call; write base_url = "
            "\"http://HOST:5701\""));
  CHECK(has(media("base_url = \"http://a/?x=1\"\n"), "b.toml:7: onebot11.media.base_url: has a ? or #"));
  const std::string secret = media("base_url = \"http://u:hunter2@a/\"\n");
  CHECK(has(secret, "onebot11.media.base_url: holds a password"));
  CHECK_FALSE(has(secret, "hunter2"));
  CHECK(has(media("base_url = \"ftp://a/\"\n"), "allowed: http:// or https://"));
  CHECK(has(media("expire = \"1s\"\n"), "out of range"));
  CHECK(
      has(media("port = 5700\n"),
          "b.toml:7: onebot11.media.port: 127.0.0.1:5700 is already used by onebot11.http in line 5; allowed: another "
          "port, or 0 for none"));
  CHECK(has(mistakes(one("[[onebot11.http]]\nport = 5701\n")),
            "b.toml:5: onebot11.media.port: 127.0.0.1:5701 is already used by onebot11.http in line 5"));
}
