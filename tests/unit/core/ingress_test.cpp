#include "bridge/ingress.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

namespace {

namespace io = onebot::io;

struct Rig {
  Rig() { server.listen({}, &ingress, nullptr).value(); }

  int push(std::string path, std::string method = "POST") {
    const auto answered = server.request({.method = method, .url = path, .body = "{}"});
    return answered->response.value().status;
  }
  io::Owner register_path(const std::string& path, int status) {
    return ingress.on_push(path, [this, status](io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
      bodies.push_back(request.body);
      exchange->answer({.status = status});
    });
  }

  fakes::Loop loop;
  fakes::Server server{loop};
  fakes::Log log;
  bridge::Ingress ingress{log};
  std::vector<std::string> bodies;
};

}  // namespace

TEST_CASE("a push goes to whoever registered its exact path, whatever slashes are behind it") {
  Rig rig;
  const io::Owner first = rig.register_path("/irc/1", 201), second = rig.register_path("/irc/2", 202);

  CHECK(rig.push("/irc/1") == 201);
  CHECK(rig.push("/irc/2") == 202);
  CHECK(rig.bodies.size() == 2);
  CHECK(rig.push("/irc/1/") == 201);
  CHECK(rig.push("/irc/2//") == 202);
  CHECK(rig.push("/irc/1/", "GET") == 405);
  CHECK(rig.push("/irc") == 404);
  CHECK(rig.push("/irc/") == 404);
  CHECK(rig.push("/irc//1") == 404);
  CHECK(rig.push("/IRC/1") == 404);
  CHECK(rig.push("/") == 404);
  CHECK(rig.push("") == 404);
  CHECK(rig.bodies.size() == 4);
}

TEST_CASE("an unknown path is refused before its body is read, counted, and logged without control characters") {
  Rig rig;

  const auto refusal = rig.ingress.refuse({.method = "POST", .url = "/x\n\"forged\""});

  REQUIRE(refusal);
  CHECK(refusal->status == 404);
  CHECK(rig.log.counters.at("ingress_unknown_path") == 1);
  CHECK(rig.log.contains("path=\"/x??forged?\""));
}

TEST_CASE("another method than POST is 405 on a known path, and 404 on an unknown one") {
  Rig rig;
  const io::Owner owner = rig.register_path("/irc/1", 200);

  CHECK(rig.push("/irc/1", "GET") == 405);
  CHECK(rig.push("/irc/1", "PUT") == 405);
  CHECK(rig.push("/irc/9", "GET") == 404);
  CHECK(rig.bodies.empty());
}

TEST_CASE("a path is free again when its owner is dropped, even by the push itself") {
  Rig rig;
  io::Owner owner;
  owner = rig.ingress.on_push("/irc/1", [&](io::HttpRequest, std::unique_ptr<io::Exchange> exchange) {
    owner.reset();
    exchange->answer({.status = 200});
  });

  CHECK(rig.push("/irc/1") == 200);
  CHECK(rig.push("/irc/1") == 404);
}

TEST_CASE("an old owner does not take the path from a new one") {
  Rig rig;
  io::Owner old = rig.register_path("/irc/1", 201);
  const io::Owner fresh = rig.register_path("/irc/1", 202);

  old.reset();

  CHECK(rig.push("/irc/1") == 202);
}

TEST_CASE("the headers that adapters want are asked of the server, each once") {
  Rig rig;
  const std::string_view names[] = {"x-signature", "x-timestamp"};
  rig.ingress.want_headers(names);
  rig.ingress.want_headers(names);

  CHECK(rig.ingress.headers() == std::vector<std::string>{"x-signature", "x-timestamp"});
}
