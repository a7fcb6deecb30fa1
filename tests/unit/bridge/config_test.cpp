#include "bridge/config/config.h"

#include "adapters/registry.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

// The parts that every configuration needs; mistakes are added in front or behind.
constexpr std::string_view kBot =
    "[[bots]]\nplatform = \"PLATFORM\"\napp_id = \"102000001\"\napp_secret = \"a literal secret\"\n";
constexpr std::string_view kWay = "[[onebot.websocket]]\nport = 6700\n";

std::string whole(std::string_view rest) { return fmt::format("{}{}{}", kBot, kWay, rest); }
constexpr int kRest = 7;  // the line of what follows

// PLATFORM stands for the first platform of the registry, whose app_id is a number.
const std::string kPlatform(adapters::platforms().front().name);

bridge::ReadConfig read(std::string_view text) {
  std::string full(text);
  for (auto at = full.find("PLATFORM"); at != full.npos; at = full.find("PLATFORM")) full.replace(at, 8, kPlatform);
  return bridge::read_config(full, "b.toml");
}

std::string mistakes(std::string_view text) {
  std::string all;
  for (const std::string& line : read(text).mistakes) all += line + "\n";
  return all;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// A file that is gone with the test.
struct File {
  explicit File(std::string_view text) : path(fmt::format("/tmp/onebridge-config-test-{}", getpid())) {
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
  std::string path;
};

}  // namespace

TEST_CASE("the example of the documentation is valid, and every value arrives") {
  setenv("QQ_SECRET", "secret of the first", 1);
  setenv("FEISHU_SECRET", "secret of the second", 1);

  const auto [config, wrong] = bridge::load_config(SOURCE_DIR "/examples/bridge.toml");

  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  CHECK(config->data_dir == "data");
  CHECK(config->log_level == onebot::LogLevel::info);
  CHECK_FALSE(config->log_json);
  REQUIRE(config->bots.size() == 2);
  CHECK(config->bots[0].app_id == "102000001");
  CHECK(onebot::text_of(config->bots[0].section, "app_secret") == "secret of the first");
  CHECK(onebot::text_of(config->bots[0].section, "receive") == "gateway");
  CHECK(onebot::text_of(config->bots[1].section, "receive") == "webhook");
  REQUIRE(config->ingress);
  CHECK(config->ingress->port == 8090);
  REQUIRE(config->methods.http.size() == 1);
  CHECK(config->methods.http[0].port == 5700);
  CHECK(config->methods.http[0].event_enabled);
  REQUIRE(config->methods.webhook.size() == 1);
  CHECK(config->methods.webhook[0].timeout == 5s);
  REQUIRE(config->methods.websocket.size() == 1);
  CHECK(config->methods.websocket[0].port == 6700);
  REQUIRE(config->methods.websocket_reverse.size() == 1);
  CHECK(config->methods.websocket_reverse[0].reconnect_interval == 3s);
  CHECK(config->heartbeat == 15s);
  CHECK(config->replay == 1h);
  CHECK(config->retention == 24h);
  CHECK(config->retention_size == 1ULL << 30);
  REQUIRE(config->admin);
  CHECK(config->admin->address.port == 8091);
  CHECK(config->warnings.empty());
}

TEST_CASE("ten different mistakes are ten lines, in the order of the file") {
  const auto wrong = read(R"([bridge]
log_level = "loud"
data_dirr = "x"

[[bots]]
platform = "icq"

[[bots]]
platform = "PLATFORM"
app_secret = "env:ONEBRIDGE_NO_SUCH_VARIABLE"
receive = "pigeon"

[ingress]
port = 99999

[[onebot.websocket_reverse]]
url = "http://127.0.0.1/"
reconnect_interval = 0

[delivery]
replay = "soon"
)")
                         .mistakes;

  const std::string_view expected[] = {
      "b.toml:2: bridge.log_level: \"loud\" is not known; allowed: trace, debug, info, warn, error",
      "b.toml:3: bridge.data_dirr: unknown key; did you mean \"data_dir\"? allowed: data_dir,",
      "b.toml:6: bots.platform: \"icq\" is not known; allowed: ",
      "b.toml:8: bots.app_id: is missing",
      "b.toml:10: bots.app_secret: the environment variable \"ONEBRIDGE_NO_SUCH_VARIABLE\" is not set",
      "b.toml:11: bots.receive: \"pigeon\" is not known; allowed: ",
      "b.toml:14: ingress.port: 99999 is out of range; allowed: 1..65535",
      "b.toml:17: onebot.websocket_reverse.url: is no URL that can be used here; allowed: ws:// or wss://",
      "b.toml:18: onebot.websocket_reverse.reconnect_interval: 0 is out of range; allowed: 1..",
      "b.toml:21: delivery.replay: \"soon\" is no duration; allowed: ",
  };
  REQUIRE(wrong.size() == std::size(expected));
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    INFO(wrong[i]);
    CHECK(wrong[i].starts_with(expected[i]));
  }
}

TEST_CASE("what is wrong with the limits of files is told with its line, and without them there are defaults") {
  CHECK(has(mistakes(whole("[files]\nmax_size = \"2GiB\"\nquota = \"1GiB\"\n")),
            fmt::format("b.toml:{}: files.max_size: is larger than files.quota", kRest + 1)));
  CHECK(has(mistakes(whole("[files]\n\npaths = [\"relative\"]\n")),
            fmt::format("b.toml:{}: files.paths: \"relative\" does not begin with", kRest + 2)));
  CHECK(has(mistakes(whole("[files]\npaths = [\"/no/such/folder\"]\n")), "\"/no/such/folder\" does not exist"));
  CHECK(mistakes(
            fmt::format("[bridge]\ndata_dir = \"/no/such\"\n{}{}[files]\npaths = [\"/no/such/files\"]\n", kBot, kWay))
            .empty());
  CHECK(has(mistakes(whole("[files]\npath = []\n")), "files.path: unknown key; did you mean \"paths\"?"));
  CHECK(has(mistakes(whole("[files]\nallow_internal = 1\n")), "is a whole number; allowed: true or false"));
  CHECK(has(mistakes(whole("[files]\nmax_redirects = 21\n")), "21 is out of range; allowed: 0..20"));

  const auto config = read(whole("[files]\npaths = [\"/tmp\"]\nexpire = \"1h\"\n")).config;
  REQUIRE(config);
  CHECK(config->files.paths == std::vector<std::string>{"/tmp"});
  CHECK(config->files.expire == 1h);
  CHECK(config->files.max_size == 256ULL << 20);
  CHECK(config->files.quota == 4ULL << 30);
  CHECK(config->files.timeout == 20s);
  CHECK_FALSE(config->files.allow_internal);
}

TEST_CASE("an error of syntax is told with its line") {
  const std::string wrong = mistakes("[bridge]\nlog_level = \"info\nport = 3\n");

  CHECK(wrong.starts_with("b.toml:2: no valid TOML: "));
  for (const std::string_view secret : {"truncated", "123secret", "f00", "\"ok\" rest", "tru\n"}) {
    const std::string told = mistakes(fmt::format("[[bots]]\napp_secret = {}\n", secret));
    CHECK(told.starts_with("b.toml:2: no valid TOML: "));
    CHECK(std::ranges::count(told, '\n') == 1);
    CHECK_FALSE(has(told, "saw"));
  }
}

TEST_CASE("a value of the wrong kind is told with what is allowed") {
  CHECK(has(mistakes(whole("[admin]\nport = \"8091\"\n")),
            fmt::format("b.toml:{}: admin.port: is a string; allowed: a whole number", kRest + 1)));
  CHECK(has(mistakes(whole("[onebot.heartbeat]\nenabled = 1\n")), "is a whole number; allowed: true or false"));
  CHECK(has(mistakes(whole("[delivery]\nreplay = 3600\n")), "is a whole number; allowed: a string like \"1h\""));
  CHECK(has(mistakes(whole("[[admin]]\nport = 1\n")), "admin: is a list; allowed: one table, written as [admin]"));
  CHECK(has(mistakes(fmt::format("{}[onebot.http]\nport = 1\n", kBot)),
            "b.toml:5: onebot.http: is a table; allowed: tables, written as [[onebot.http]]"));
  CHECK(has(mistakes(fmt::format("[bots]\nplatform = \"PLATFORM\"\n{}", kWay)), "at least one [[bots]] section"));
}

TEST_CASE("keys and sections that nobody knows are told with the nearest one") {
  CHECK(has(mistakes(whole("[adminn]\n")), "adminn: unknown key; did you mean \"admin\"?"));
  CHECK(has(mistakes(whole("[[onebot.websockets]]\n")), "onebot.websockets: unknown key; did you mean \"websocket\"?"));
  CHECK(has(mistakes(fmt::format("{}endpoints.apis = \"http://h/\"\n{}", kBot, kWay)),
            "b.toml:5: bots.endpoints.apis: unknown key; did you mean \"api\"?"));
  CHECK(has(mistakes(whole("zzzzzzzzzzz = 1\n")), "unknown key; allowed: name, host"));
}

TEST_CASE("a file without bots, or without a way for applications, says so") {
  CHECK(mistakes("") == mistakes("\n\n"));
  const std::string wrong = mistakes("[bridge]\n");

  CHECK(has(wrong, "b.toml:1: bots: there is no bot"));
  CHECK(has(wrong, "b.toml:1: onebot: applications have no way to connect"));
  CHECK(has(mistakes(fmt::format("{}[onebot.heartbeat]\ninterval = 1000\n", kBot)), "no way to connect"));
}

TEST_CASE("a secret of a bot that is too short to be one is refused") {
  const std::string bot = "[[bots]]\nplatform = \"PLATFORM\"\napp_id = \"102000001\"\napp_secret = ";
  CHECK(has(mistakes(bot + "\"12345\"\n"), "b.toml:4: bots.app_secret: is too short to keep anything secret"));
  CHECK_FALSE(has(mistakes(bot + "\"123456\"\n"), "app_secret"));
}

TEST_CASE("secrets come from variables and files, and no message repeats one") {
  const File file("from-the-file\n");
  setenv("ONEBRIDGE_TEST_EMPTY", "", 1);
  setenv("ONEBRIDGE_TEST_BROKEN", "very\nsecret", 1);
  const auto with_token = [](std::string_view token) {
    return fmt::format("{}{}access_token = \"{}\"\n", kBot, kWay, token);
  };

  const auto good = read(with_token("file:" + file.path));
  REQUIRE(good.config);
  CHECK(good.config->methods.websocket[0].access_token == "from-the-file");
  CHECK(std::ranges::count(good.config->secrets, "from-the-file") == 1);
  CHECK(std::ranges::count(good.config->secrets, "a literal secret") == 1);

  CHECK(has(mistakes(with_token("env:ONEBRIDGE_TEST_EMPTY")), "\"ONEBRIDGE_TEST_EMPTY\" is empty"));
  CHECK(has(mistakes(with_token("file:/no/such/file")), "the file \"/no/such/file\" cannot be read"));
  CHECK(has(mistakes(with_token("file:/tmp")), "the file \"/tmp\" cannot be read: it is no regular file"));
  const std::string broken = mistakes(with_token("env:ONEBRIDGE_TEST_BROKEN"));
  CHECK(has(broken, "access_token: the secret holds a line break"));
  CHECK_FALSE(has(broken, "very"));
  CHECK_FALSE(has(mistakes(fmt::format("{}[[onebot.webhook]]\nurl = \"ftp://u:hunter2@h/\"\n", kBot)), "hunter2"));
}

TEST_CASE("no two listeners share an address, but for one http and one websocket") {
  CHECK(mistakes(whole("[[onebot.http]]\nport = 6700\n")) == "");
  CHECK(has(mistakes(whole("[admin]\nport = 6700\n")),
            "b.toml:8: admin.port: 127.0.0.1:6700 is already used by onebot.websocket in line 5"));
  CHECK(has(mistakes(whole("[[onebot.websocket]]\nport = 6700\n")), "b.toml:8: onebot.websocket.port:"));
  CHECK(has(mistakes(whole("[ingress]\nhost = \"0.0.0.0\"\nport = 6700\n")), "is already used"));
  CHECK(mistakes(whole("[ingress]\nhost = \"127.0.0.2\"\nport = 6700\n")) == "");
}

TEST_CASE("an endpoint may have a name, which no other one has") {
  const auto good = read(whole("name = \"front-1\"\n[[onebot.webhook]]\nurl = \"http://a/\"\nname = \"hook\"\n"));

  REQUIRE(good.config);
  CHECK(good.config->methods.websocket[0].name == "front-1");
  CHECK(good.config->methods.webhook[0].name == "hook");
  CHECK(has(
      mistakes(whole("name = \"a\"\n[[onebot.http]]\n\nname = \"a\"\n")),
      "b.toml:10: onebot.http.name: \"a\" is already the name in line 7; allowed: a name that no other section has"));
  CHECK(has(mistakes(whole("name = \"a:b\"\n")),
            "b.toml:7: onebot.websocket.name: \"a:b\" is no name; allowed: 1 to 64"));
  CHECK(has(mistakes(whole("name = \"\"\n")), "is no name"));
}

TEST_CASE("one connection without a name is called \"default\", otherwise, or not at all") {
  const auto named = [](std::string_view line) {
    const auto [config, wrong] = read(whole(line));
    REQUIRE(config);
    return config->methods.websocket[0].default_consumer;
  };

  CHECK(named("") == "default");
  CHECK(named("default_consumer = \"app\"\n") == "app");
  CHECK(named("default_consumer = false\n") == "");
  CHECK(has(mistakes(whole("default_consumer = true\n")),
            "onebot.websocket.default_consumer: is true or false; allowed: a name or false"));
  CHECK(has(mistakes(whole("default_consumer = \"\"\n")), "onebot.websocket.default_consumer: \"\" is no name"));
}

TEST_CASE("a webhook's secret is read like every secret, and refused when it is short") {
  const auto with = [](std::string_view secret) {
    return fmt::format("{}[[onebot.webhook]]\nurl = \"http://a/\"\nsecret = \"{}\"\n", kBot, secret);
  };

  const auto good = read(with("sixteen letters!"));
  REQUIRE(good.config);
  CHECK(good.config->methods.webhook[0].secret == "sixteen letters!");
  CHECK(std::ranges::count(good.config->secrets, "sixteen letters!") == 1);
  CHECK(read(with("")).config);
  const std::string wrong = mistakes(with("fifteen letters"));
  CHECK(
      has(wrong, "b.toml:7: onebot.webhook.secret: is too short to keep anything secret; allowed: at least 16 bytes"));
  CHECK_FALSE(has(wrong, "fifteen"));
}

TEST_CASE("a bot exists once") {
  const std::string wrong = mistakes(fmt::format("{}{}{}", kBot, kBot, kWay));

  CHECK(has(wrong, fmt::format("b.toml:7: bots.app_id: {}/102000001 is already the bot of line 1", kPlatform)));
}

TEST_CASE("what an adapter refuses is told with the line of its key") {
  const std::string bot = "[[bots]]\nplatform = \"PLATFORM\"\napp_id = \"not-a-number\"\napp_secret = \"secret\"\n";

  CHECK(has(mistakes(bot + std::string(kWay)), "b.toml:3: bots.app_id: \"not-a-number\" is not a number"));
}

TEST_CASE("the admin port beyond loopback needs a token; applications' ports only a warning") {
  CHECK(
      has(mistakes(whole("[admin]\nhost = \"0.0.0.0\"\n")), "b.toml:8: admin.host: is reachable from other machines"));
  CHECK(mistakes(whole("[admin]\nhost = \"0.0.0.0\"\ntoken = \"t\"\n")) == "");

  const auto open = read(fmt::format("{}[[onebot.http]]\nhost = \"0.0.0.0\"\n", kBot));
  REQUIRE(open.config);
  REQUIRE(open.config->warnings.size() == 1);
  CHECK(open.config->warnings[0].starts_with("b.toml:6: onebot.http.host: is reachable from other machines"));
  const auto guarded = read(fmt::format("{}[[onebot.http]]\nhost = \"0.0.0.0\"\naccess_token = \"t\"\n", kBot));
  REQUIRE(guarded.config);
  CHECK(guarded.config->warnings.empty());
}

TEST_CASE("durations and sizes are read with their units, within bounds") {
  const auto good = read(whole("[delivery]\nreplay = \"90s\"\nretention = \"7d\"\nretention_size = \"512MiB\"\n"));
  REQUIRE(good.config);
  CHECK(good.config->replay == 90s);
  CHECK(good.config->retention == 7 * 24h);
  CHECK(good.config->retention_size == 512ULL << 20);
  CHECK(read(whole("[delivery]\nreplay = \"0\"\n")).config->replay == 0ms);

  CHECK(has(mistakes(whole("[delivery]\nretention = \"0\"\n")), "out of range"));
  CHECK(has(mistakes(whole("[delivery]\nretention_size = \"1GB\"\n")), "is no size"));
  CHECK(has(mistakes(whole("[delivery]\nretention_size = \"99999999999TiB\"\n")), "is no size"));
  CHECK(has(mistakes(whole("[delivery]\nreplay = \"48h\"\n")), "longer than delivery.retention"));
}

TEST_CASE("addresses that are none are told") {
  const auto url = [](std::string_view text) {
    return mistakes(fmt::format("{}[[onebot.webhook]]\nurl = \"{}\"\n", kBot, text));
  };

  CHECK(url("http://127.0.0.1:8080/x?y=z") == "");
  CHECK(url("https://[::1]:8080/") == "");
  CHECK(has(url("http://"), "names no host"));
  CHECK(has(url("http://h:0/"), "its port is not in 1..65535"));
  CHECK(has(url("http://h:70000"), "its port is not in 1..65535"));
  CHECK(has(url("http://[::1/"), "[ is not closed"));
  CHECK(has(url("http://h/a b"), "has a blank"));
  CHECK(has(url("h:8080"), "is no URL"));
  CHECK(has(mistakes(whole("[ingress]\nhost = \"a host\"\n")), "ingress.host: \"a host\" is no host"));
  CHECK(has(mistakes(whole("[ingress]\ntls_cert = \"/no/such.pem\"\n")), "ingress.tls_cert: the file"));
  CHECK(has(mistakes(whole("[ingress]\ntls_cert = \"/etc/passwd\"\n")), "ingress.tls_key: is missing"));
}

TEST_CASE("no heartbeat when it is switched off") {
  CHECK(read(whole("[onebot.heartbeat]\nenabled = false\n")).config->heartbeat == 0ms);
}

TEST_CASE("a file that cannot be read is a mistake, not a crash") {
  CHECK(bridge::load_config("/no/such/file").mistakes.at(0).starts_with("/no/such/file:1: cannot be read: "));
  CHECK(bridge::load_config("/tmp").mistakes.at(0) == "/tmp:1: cannot be read: it is no regular file");
  CHECK_FALSE(read(std::string_view("\xff\xfe\0\0", 4)).mistakes.empty());
  CHECK_FALSE(read(std::string(100'000, '[')).mistakes.empty());
}

TEST_CASE("a bot described in code gets the fallbacks of its platform") {
  const onebot::Fields endpoints{{"api", "http://127.0.0.1:1"}};
  const bridge::Config::Bot bot =
      bridge::described_bot({{"platform", kPlatform}, {"app_id", "1"}, {"endpoints", endpoints}});

  CHECK(bot.platform == kPlatform);
  CHECK(bot.app_id == "1");
  CHECK(onebot::text_of(bot.section, "receive") == "gateway");
  const auto& nested = std::get<onebot::Fields>(*onebot::find(bot.section, "endpoints"));
  CHECK(onebot::text_of(nested, "api") == "http://127.0.0.1:1");
}

TEST_CASE("a proxy may be set, its exceptions too, and its credentials are a secret") {
  const auto plain = read(whole("")).config;
  REQUIRE(plain);
  CHECK(plain->proxy.empty());
  CHECK_FALSE(plain->no_proxy);

  setenv("A_PROXY", "http://bot:s3cret@proxy.corp:3128", 1);
  for (const std::string_view written : {"http://bot:s3cret@proxy.corp:3128", "env:A_PROXY"}) {
    const auto config =
        read(whole(fmt::format("[bridge]\nproxy = \"{}\"\n"
                               "no_proxy = [\"corp\", \".a-b.example\", \"10.0.0.0/8\", \"fd00::/8\", \"::1\"]",
                               written)))
            .config;
    REQUIRE(config);
    CHECK(config->proxy == "http://bot:s3cret@proxy.corp:3128");
    REQUIRE(config->no_proxy);
    CHECK(config->no_proxy->size() == 5);
    CHECK(std::ranges::find(config->secrets, "bot:s3cret") != config->secrets.end());
  }
  for (const std::string_view proxy : {"none", "", "socks5h://127.0.0.1:1080", "https://[2001:db8::1]:443/"}) {
    CHECK(read(whole(fmt::format("[bridge]\nproxy = \"{}\"\nno_proxy = []", proxy))).config);
  }
}

TEST_CASE("a wrong proxy is named with its line and key, never with its password") {
  for (const std::string_view wrong :
       {"bot:s3cret@proxy:3128", "ftp://bot:s3cret@proxy", "http://bot:s3cret@", "http://bot:s3cret@proxy:0",
        "http://bot:s3cret@proxy:3128/path", "http://bot:s3cret@pro xy", "env:NO_SUCH_VARIABLE"}) {
    const std::string found = mistakes(whole(fmt::format("[bridge]\nproxy = \"{}\"", wrong)));
    CAPTURE(found);
    CHECK(found.starts_with(fmt::format("b.toml:{}: bridge.proxy: ", kRest + 1)));
    CHECK_FALSE(has(found, "s3cret"));
  }
  for (const std::string_view wrong : {"a,b", "a b", "http://a", "10.0.0.0/x", "10.0.0.0/", "*.corp", ""}) {
    const std::string found = mistakes(whole(fmt::format("[bridge]\nno_proxy = [\"{}\"]", wrong)));
    CAPTURE(wrong);
    CHECK(found.starts_with(fmt::format("b.toml:{}: bridge.no_proxy: ", kRest + 1)));
  }
}
