// OneBot 11 beside OneBot 12 in a configuration: addresses that both would use, keys of one in a section of the other.

#include "tests/unit/bridge/config_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace config_rig;
using namespace std::chrono_literals;

}  // namespace

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

TEST_CASE("hosts of a listener of OneBot 11 are read as of every other") {
  const auto read = onebot11(one("[[onebot11.http]]\nhosts = [\"Bridge.example.com\"]\n"));
  CHECK(read.http.at(0).options.hosts == std::vector<std::string>{"bridge.example.com"});
  CHECK(has(mistakes(one("[[onebot11.websocket]]\nhosts = [\"*\"]\n")), "onebot11.websocket.hosts: \"*\" is no host"));
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
