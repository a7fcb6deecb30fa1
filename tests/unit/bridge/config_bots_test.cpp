// What the sections by which applications are reached know of the bridge: their bots, and where the other OneBot is.

#include "adapters/registry.h"
#include "bridge/config/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using Keys = std::vector<std::string>;

const std::string kPlatform(adapters::platforms().front().name);

// Two bots, and one section of each method with this line in it.
bridge::ReadConfig read(std::string_view line) {
  std::string text;
  for (const char* app : {"101", "102"}) {
    text += fmt::format("[[bots]]\nplatform = \"{}\"\napp_id = \"{}\"\napp_secret = \"a literal secret\"\n", kPlatform,
                        app);
  }
  for (const char* head : {"http]]\nport = 5700", "webhook]]\nurl = \"http://a/\"", "websocket]]\nport = 6700",
                           "websocket_reverse]]\nurl = \"ws://a/\""}) {
    text += fmt::format("[[onebot.{}\n{}\n", head, line);
  }
  return bridge::read_config(text, "b.toml");
}

std::vector<Keys> bots(const bridge::Config& config) {
  return {config.methods.http.at(0).bots, config.methods.webhook.at(0).bots, config.methods.websocket.at(0).bots,
          config.methods.websocket_reverse.at(0).bots};
}

}  // namespace

TEST_CASE(
    "a section serves the bots that its patterns name, and without any, or with all of them, the bridge as it is") {
  const std::string first = kPlatform + "/101", second = kPlatform + "/102";
  struct Row {
    std::string line;
    Keys keys;
  };
  const Row rows[] = {
      {"", {}},
      {"bots = [\"*\"]", {}},
      {fmt::format("bots = [\"{}:*\"]", kPlatform), {}},
      {fmt::format("bots = [\"{0}:102\", \"{0}:101\"]", kPlatform), {}},
      {fmt::format("bots = [\"{}:102\"]", kPlatform), {second}},
      {fmt::format("bots = [\"{0}:101\", \"{0}:101\"]", kPlatform), {first}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    const auto [config, mistakes] = read(row.line);
    for (const std::string& mistake : mistakes) MESSAGE(mistake);
    REQUIRE(config);
    CHECK(bots(*config) == std::vector<Keys>(4, row.keys));
  }
}

TEST_CASE("a pattern that no bot is like is a mistake of its line, in every section, and so is an empty list") {
  for (const std::string line : {"bots = [\"nobody:1\"]", "bots = []", "bots = \"*\""}) {
    CAPTURE(line);
    const std::vector<std::string> mistakes = read(line).mistakes;
    REQUIRE(mistakes.size() == 4);
    CHECK(mistakes[0].starts_with("b.toml:11: onebot.http.bots: "));
    CHECK(mistakes[1].starts_with("b.toml:14: onebot.webhook.bots: "));
    CHECK(mistakes[2].starts_with("b.toml:17: onebot.websocket.bots: "));
    CHECK(mistakes[3].starts_with("b.toml:20: onebot.websocket_reverse.bots: "));
  }
}

TEST_CASE("each listener of one OneBot knows the first address of the same way of the other") {
  const std::string text = fmt::format(
      "[[bots]]\nplatform = \"{}\"\napp_id = \"101\"\napp_secret = \"a literal secret\"\n"
      "[[onebot.websocket]]\nport = 6700\n[[onebot.http]]\nhost = \"::1\"\n[[onebot.http]]\nport = 5705\n"
      "[[onebot11.websocket]]\nport = 6701\n[[onebot11.websocket]]\nport = 6702\n",
      kPlatform);
  const auto [config, mistakes] = bridge::read_config(text, "b.toml");
  for (const std::string& mistake : mistakes) MESSAGE(mistake);
  REQUIRE(config);

  CHECK(config->methods.websocket.at(0).elsewhere.websocket == "127.0.0.1:6701");
  CHECK(config->methods.http.at(1).elsewhere.websocket == "127.0.0.1:6701");
  CHECK(config->methods.http.at(0).elsewhere.http.empty());
  CHECK(config->onebot11.websocket.at(1).options.section.elsewhere.http == "[::1]:5700");
  CHECK(config->onebot11.websocket.at(1).options.section.elsewhere.websocket == "127.0.0.1:6700");
}
