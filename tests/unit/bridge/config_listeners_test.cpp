// Who may come to the listeners of a configuration, and how many; and by which proxy a bot goes out.

#include "adapters/registry.h"
#include "bridge/config/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string whole(std::string_view rest) {
  return fmt::format(
      "[[bots]]\nplatform = \"{}\"\napp_id = \"102000001\"\napp_secret = \"a literal secret\"\n"
      "[[onebot.websocket]]\nport = 6700\n{}",
      adapters::platforms().front().name, rest);
}

bridge::ReadConfig read(const std::string& text) { return bridge::read_config(text, "b.toml"); }

std::string mistakes(const std::string& text) {
  std::string all;
  for (const std::string& line : read(text).mistakes) all += line + "\n";
  return all;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("hosts of a listener are names without scheme, port or wildcard, in any case") {
  const auto good = read(whole("[[onebot.http]]\nhosts = [\"Bridge.Example.com\", \"onebridge\"]\n"));
  REQUIRE(good.config);
  CHECK(good.config->methods.http.back().hosts == std::vector<std::string>{"bridge.example.com", "onebridge"});
  for (const char* wrong : {"*", "*.example.com", "https://bridge.example.com", "a/b", ""}) {
    CAPTURE(wrong);
    CHECK(has(mistakes(whole(std::string("[[onebot.http]]\nhosts = [\"") + wrong + "\"]\n")), "onebot.http.hosts:"));
  }
}

TEST_CASE("limits of those who connect are read, and a share of the connections follows their number") {
  const auto plain = read(whole("")),
             few = read(whole("[limits]\nconnections = 10\ninflight = \"16MiB\"\nrefusals = 0\n"));
  REQUIRE((plain.config && few.config));
  CHECK(plain.config->limits.connections == 1024);
  CHECK(plain.config->limits.per_peer == 768);
  CHECK(plain.config->limits.inflight == 64 << 20);
  CHECK(few.config->limits.per_peer == 8);
  CHECK(few.config->limits.inflight == 16 << 20);
  CHECK(few.config->limits.refusals == 0);
  CHECK(has(mistakes(whole("[limits]\ninflight = \"1KiB\"\n")), "limits.inflight:"));
  CHECK(has(mistakes(whole("[limits]\nconnections = 0\n")), "limits.connections:"));
  CHECK(has(mistakes(whole("[delivery]\nretention_size = \"1MiB\"\n")), "delivery.retention_size:"));
}

TEST_CASE("a bot may have a proxy of its own, whose credentials are a secret, too") {
  const auto bot = [](std::string_view app, std::string_view proxy) {
    return fmt::format("[[bots]]\nplatform = \"{}\"\napp_id = \"{}\"\napp_secret = \"a literal secret\"\n{}\n",
                       adapters::platforms().front().name, app, proxy);
  };
  const auto good =
      read(whole(bot("2", "proxy = \"http://bot:s3cret@other.corp:3128\"") + bot("3", "proxy = \"none\"")));
  REQUIRE(good.config);
  CHECK(good.config->bots.at(0).proxy.empty());
  CHECK(good.config->bots.at(1).proxy == "http://bot:s3cret@other.corp:3128");
  CHECK(good.config->bots.at(2).proxy == "none");
  CHECK(std::ranges::find(good.config->secrets, "bot:s3cret") != good.config->secrets.end());
  const std::string wrong = mistakes(whole(bot("2", "proxy = \"ftp://bot:s3cret@p\"")));
  CHECK(has(wrong, "bots.proxy:"));
  CHECK_FALSE(has(wrong, "s3cret"));
}
