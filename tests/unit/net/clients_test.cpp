// Clients: who has a proxy of its own goes out by it, and everybody else by the usual one.

#include "bridge/net/clients.h"

#include "tests/unit/net/small_proxy.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace sockets;
using bridge::net::Clients;

TEST_CASE("a client for a proxy of its own goes by it, the usual one by the usual one, and none by none") {
  World world;
  SmallProxy usual{world.port}, own{world.port};
  Clients clients(world.loop, "", {.proxy = usual.url()});
  const auto fetch = [&](const std::string& proxy) {
    std::optional<bool> answered;
    const auto owner =
        clients.of(proxy).send({.url = "http://api.invalid/"}, [&](auto result) { answered = result.has_value(); });
    world.until([&] { return usual.turn(), own.turn(), answered.has_value(); });
    return answered.value_or(false);
  };

  CHECK(fetch(""));
  CHECK((usual.heads.size() == 1 && own.heads.empty()));
  CHECK(fetch(own.url()));
  CHECK((usual.heads.size() == 1 && own.heads.size() == 1));
  CHECK_FALSE(fetch("none"));
  CHECK((usual.heads.size() == 1 && own.heads.size() == 1));
  CHECK(&clients.of(usual.url()) == &clients.usual());
  CHECK(&clients.of(own.url()) == &clients.of(own.url()));
  CHECK(clients.is_idle());
}
