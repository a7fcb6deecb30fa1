// Proxies: everything that goes out goes by them, but what is beside us and what is excepted; and no message holds
// their password.

#include "bridge/net/proxies.h"

#include "tests/unit/net/certificates.h"
#include "tests/unit/net/small_proxy.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <map>

using namespace sockets;
using namespace std::chrono_literals;
using bridge::net::Client;
using bridge::net::Proxies;
using bridge::net::ProxySetting;

namespace {

constexpr std::string_view kUser = "bot:s%40cret@";  // the password is s@cret

// An environment of the test's own.
using Variables = std::map<std::string, std::string>;
Variables variables;
char* variable(const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? nullptr : found->second.data();
}
struct Environment {
  explicit Environment(Variables set) { variables = std::move(set); }
  ~Environment() { variables.clear(); }
};

// The servers of a World and a TLS one, a proxy that leads there, and a client that goes by it.
struct Behind {
  explicit Behind(ProxySetting setting = {}) {
    if (setting.proxy.empty()) setting.proxy = proxy.url(kUser);
    client = std::make_unique<Client>(world.loop, authority.ca_file(), Proxies(setting, &variable));
  }
  bool until(const std::function<bool()>& done) {
    return world.until([&] { return proxy.turn(), secure_proxy.turn(), done(); });
  }
  onebot::Result<io::HttpResponse> fetch(io::HttpRequest request) {
    std::optional<onebot::Result<io::HttpResponse>> out;
    const auto owner = client->send(std::move(request), [&](auto result) { out = std::move(result); });
    until([&] { return out.has_value(); });
    return out ? *std::move(out) : onebot::fail(onebot::Retcode::network_error, "the test gave up");
  }
  std::string error(io::HttpRequest request) {
    const auto answer = fetch(std::move(request));
    return answer ? "none" : answer.error().message;
  }
  // Until it is open, or not.
  void dial(Peer& peer, const std::string& url) {
    peer.socket = client->connect({.url = url}, peer);
    CHECK(until([&] { return peer.opened || peer.closed; }));
  }
  World world;
  certificates::Authority authority;
  certificates::Files files = authority.issue("DNS:api.test");
  bridge::net::Server server{world.loop, {}};
  int secure_port =
      *server.listen({.port = 0, .tls_cert = files.certificate, .tls_key = files.key, .hosts = {"api.test"}},
                     &world.http, &world.websocket);
  SmallProxy proxy{world.port}, secure_proxy{secure_port};
  std::unique_ptr<Client> client;
};

}  // namespace

TEST_CASE("a request by HTTP is forwarded by the proxy, which looks its name up") {
  Behind behind;
  const auto answer = behind.fetch({.method = "POST", .url = "http://api.test/v2/x", .body = "hello"});

  REQUIRE(answer);
  CHECK(answer->body == "hello");
  CHECK(behind.proxy.asked("POST http://api.test/v2/x HTTP/1.1\r\nHost: api.test\r\n"));
  CHECK(behind.world.http.requests.at(0).url == "/v2/x");
}

TEST_CASE("a request by HTTPS is tunnelled, and verified behind the proxy") {
  Behind behind;
  behind.client = std::make_unique<Client>(behind.world.loop, behind.authority.ca_file(),
                                           Proxies({.proxy = behind.secure_proxy.url()}, &variable));
  const auto answer =
      behind.fetch({.url = "https://api.test/x", .headers = {{"Authorization", "the bot's own, not the proxy's"}}});

  REQUIRE(answer);
  CHECK(answer->body == "got");
  CHECK(io::header(answer->headers, "Content-Type") == "text/plain");
  REQUIRE(behind.secure_proxy.asked("CONNECT api.test:443 HTTP/1.1\r\n"));
  CHECK(behind.secure_proxy.heads[0].find("Authorization") == std::string::npos);
  CHECK_FALSE(behind.fetch({.url = "https://other.test/x"}));
}

TEST_CASE("a download is fetched by the proxy") {
  Behind behind;
  const std::string path = std::filesystem::temp_directory_path() / ("proxied-" + std::to_string(behind.proxy.port()));
  const auto answer = behind.fetch({.url = "http://cdn.test/large", .max_body = 64 << 20, .save_to = path});

  REQUIRE(answer);
  CHECK(std::filesystem::file_size(path) == behind.world.http.large.size());
  CHECK(behind.proxy.asked("GET http://cdn.test/large "));
  std::filesystem::remove(path);
}

TEST_CASE("WebSockets are tunnelled, plain and over TLS, and carry messages both ways") {
  for (const bool tls : {false, true}) {
    CAPTURE(tls);
    Behind behind;
    SmallProxy& proxy = tls ? behind.secure_proxy : behind.proxy;
    behind.client = std::make_unique<Client>(behind.world.loop, behind.authority.ca_file(),
                                             Proxies({.proxy = proxy.url()}, &variable));
    Peer peer;
    behind.dial(peer, tls ? "wss://api.test/gateway" : "ws://api.test/gateway");
    REQUIRE(peer.opened);
    CHECK(proxy.asked(tls ? "CONNECT api.test:443 " : "CONNECT api.test:80 "));
    Peer& served = *behind.world.websocket.peers.at(0);

    peer.send(std::string(50'000, 'u'));
    served.send(std::string(50'000, 'd'));

    CHECK(behind.until([&] { return served.texts.size() == 1 && peer.texts.size() == 1; }));
    CHECK(served.texts.at(0) == std::string(50'000, 'u'));
    CHECK(peer.texts.at(0) == std::string(50'000, 'd'));
    peer.socket->close(1000, "");
    CHECK(behind.until([&] { return peer.closed; }));
  }
}

TEST_CASE("a proxy is given the user and the password of its URL, decoded") {
  Behind behind;
  REQUIRE(behind.fetch({.url = "http://api.test/"}));
  Peer peer;
  behind.dial(peer, "ws://api.test/");
  REQUIRE(peer.opened);

  REQUIRE(behind.proxy.heads.size() == 2);
  for (const std::string& head : behind.proxy.heads) {
    CHECK(head.find("\r\nProxy-Authorization: Basic Ym90OnNAY3JldA==\r\n") != std::string::npos);
  }
  CHECK_FALSE(io::header(behind.world.http.requests.at(0).headers, "Authorization"));
}

TEST_CASE("what is beside us is never reached by a proxy") {
  Behind behind;
  CHECK(behind.fetch({.url = behind.world.url("/")}));
  CHECK(behind.fetch({.url = "http://localhost:" + std::to_string(behind.world.port) + "/"}));
  CHECK_FALSE(behind.fetch({.url = "http://[::1]:1/"}));
  CHECK_FALSE(behind.fetch({.url = "http://127.9.9.9:1/"}));
  Peer peer;
  behind.dial(peer, behind.world.ws());
  CHECK(peer.opened);

  CHECK(behind.proxy.heads.empty());
}

TEST_CASE("a host that is excepted is dialed directly, one whose name only ends alike is not") {
  for (const auto& hosts : {std::vector<std::string>{"10.0.0.0/8", "corp.invalid"}, {".corp.invalid"}, {"*"}}) {
    Behind behind({.no_proxy = hosts});
    CHECK_FALSE(behind.fetch({.url = "http://corp.invalid/"}));
    CHECK_FALSE(behind.fetch({.url = "http://api.corp.invalid/"}));
    Peer peer;
    behind.dial(peer, "ws://api.corp.invalid/");
    CHECK(peer.closed);
    CHECK(behind.proxy.heads.empty());

    CHECK(bool(behind.fetch({.url = "http://othercorp.invalid/"})) == (hosts[0] != "*"));
  }
}

TEST_CASE("a proxy that refuses is named in the error, without its password") {
  for (const int status : {407, 502}) {
    CAPTURE(status);
    Behind behind;
    behind.proxy.refuses = status;
    Peer peer;
    behind.dial(peer, "ws://api.test/");
    std::vector<std::string> errors{behind.error({.url = "https://api.test/"}), peer.reason};
    if (status == 407) errors.push_back(behind.error({.url = "http://api.test/"}));
    CHECK(peer.close_code == 1006);
    for (const std::string& error : errors) {
      CAPTURE(error);
      CHECK(error.find(std::to_string(status)) != std::string::npos);
      CHECK(error.find(behind.proxy.url()) != std::string::npos);
      CHECK(error.find("cret") == std::string::npos);
    }
  }
}

TEST_CASE("a request that a proxy has not let through counts as unsent, so that it may be tried again") {
  Behind behind;
  behind.proxy.refuses = 502;
  const auto answer = behind.fetch({.method = "POST", .url = "https://api.test/", .body = "once"});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().unsent);
}

TEST_CASE("a proxy that is not there is named in the error, without its password") {
  const int nobody = RawServer().port;
  for (const std::string& at : {"127.0.0.1:" + std::to_string(nobody), std::string("nowhere.invalid:3128")}) {
    for (const std::string scheme : {"http", "socks5h"}) {
      CAPTURE(scheme + at);
      Behind behind({.proxy = scheme + "://" + std::string(kUser) + at});
      const std::string error = behind.error({.url = "http://api.test/"});
      CAPTURE(error);
      CHECK(error.find(scheme + "://" + at) != std::string::npos);
      CHECK(error.find("cret") == std::string::npos);
    }
  }
}

TEST_CASE("the setting comes before the environment, and none is none") {
  const Environment set(Variables{{"all_proxy", "http://env.invalid:1"}});
  Behind behind;
  CHECK(behind.fetch({.url = "http://api.test/"}));

  Behind without({.proxy = "none"});
  CHECK_FALSE(without.fetch({.url = "http://api.invalid/"}));
  CHECK(without.proxy.heads.empty());
  CHECK(Proxies({.proxy = "none"}, &variable).described().empty());
}

TEST_CASE("the environment is read as libcurl reads it, for WebSockets too") {
  struct Case {
    Variables set{};
    std::vector<std::string> described{};
  };
  const Case cases[] = {
      {{}, {}},
      {{{"HTTP_PROXY", "http://cgi:1"}}, {}},  // the header Proxy of a CGI request
      {{{"http_proxy", "http://a:1"}}, {"outgoing http and ws goes by proxy=http://a:1 from=http_proxy"}},
      {{{"https_proxy", ""}, {"HTTPS_PROXY", "socks5h://u:p@b"}, {"http_proxy", "c:3128"}},
       {"outgoing http and ws goes by proxy=http://c:3128 from=http_proxy",
        "outgoing https and wss goes by proxy=socks5h://b:1080 from=HTTPS_PROXY"}},
      {{{"ALL_PROXY", "https://[::1]/"}},
       {"outgoing http, https, ws and wss goes by proxy=https://[::1]:443 from=ALL_PROXY"}},
  };
  for (const Case& one : cases) {
    const Environment set(one.set);
    CHECK(Proxies({}, &variable).described() == one.described);
  }
}

TEST_CASE("a connection goes by the proxy that the environment has for its scheme") {
  Behind behind;
  const Environment set(Variables{{"http_proxy", behind.proxy.url()}, {"https_proxy", behind.secure_proxy.url()}});
  behind.client = std::make_unique<Client>(behind.world.loop, behind.authority.ca_file(), Proxies({}, &variable));
  Peer plain, secure;
  behind.dial(plain, "ws://api.test/");
  behind.dial(secure, "wss://api.test/");

  CHECK(plain.opened);
  CHECK(secure.opened);
  CHECK(behind.proxy.asked("CONNECT api.test:80 "));
  CHECK(behind.secure_proxy.asked("CONNECT api.test:443 "));
}

TEST_CASE("NO_PROXY is honoured however it is separated, and beside a setting, unless that has exceptions of its own") {
  for (const std::string list : {"a.invalid,b.invalid", "a.invalid b.invalid", " a.invalid , b.invalid"}) {
    const Environment set(Variables{{"NO_PROXY", list}});
    Behind behind;
    CHECK_FALSE(behind.fetch({.url = "http://b.invalid/"}));
    CHECK(behind.proxy.heads.empty());

    Behind own({.no_proxy = {{"other.invalid"}}});
    CHECK(own.fetch({.url = "http://b.invalid/"}));
  }
}

TEST_CASE("a proxy that cannot be used is an error of what would go by it, and of nothing else") {
  for (const std::string wrong : {"ftp://u:s3cret@proxy", "http://u:s3cret@:3128", "http://u:s3cret@h:99999"}) {
    CAPTURE(wrong);
    const Environment set(Variables{{"all_proxy", wrong}, {"no_proxy", "direct.invalid"}});
    Behind behind;
    behind.client = std::make_unique<Client>(behind.world.loop, "", Proxies({}, &variable));

    CHECK(behind.fetch({.url = behind.world.url("/")}));
    CHECK(behind.error({.url = "http://direct.invalid/"}).find("proxy") == std::string::npos);
    const std::string error = behind.error({.url = "http://api.test/"});
    CHECK(error.starts_with("the proxy in all_proxy cannot be used"));
    CHECK(error.find("s3cret") == std::string::npos);
    CHECK(Proxies({}, &variable).described() == std::vector<std::string>{error});
  }
}

TEST_CASE("what must stay public goes by no proxy, which would look the name up elsewhere") {
  Behind behind;
  CHECK_FALSE(behind.fetch({.url = "http://api.invalid/", .public_only = true}));
  CHECK(behind.proxy.heads.empty());
}
