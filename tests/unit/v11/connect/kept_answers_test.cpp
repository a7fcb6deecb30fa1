// Questions of who and where: the platform is asked once, whoever asks.

#include "onebot/v11/kept_answers.h"

#include "bridge.h"
#include "onebot/v11/connect/websocket.h"

#include <fmt/format.h>

#include <algorithm>

namespace {

using namespace v11_test;

struct Asked : Bridge {
  Asked() : Bridge(1) {
    ground.kept = &kept;
    links::WebSocketOptions options{};
    options.section.bots = known;
    transport.emplace(std::move(options), links::Means{ground, *rendering});
    REQUIRE(transport->start());
    link = server.connect({.url = "/"});
    link->answers = true;
    say(*transport, 1);
    group = rig::member(link->received.back(), "group_id");
  }
  std::string ask(std::string_view action, std::string_view more = "") {
    link->text(fmt::format(R"({{"action":"{}","params":{{"group_id":{}{}}}}})", action, group, more));
    loop.run();
    return rig::member(link->received.back(), "status");
  }
  auto times(std::string_view action) { return std::ranges::count(actions.names(), action); }

  v11::KeptAnswers kept{};
  std::optional<links::WebSocket> transport;
  std::shared_ptr<fakes::Link> link;
  std::string group;
};

TEST_CASE("the platform is asked once in five minutes for what frameworks ask at each start") {  // O11-ACT-21
  Asked world;
  for (int i = 0; i < 3; ++i) {
    CHECK(world.ask("get_group_member_list") == R"("ok")");
    CHECK(world.ask("get_login_info") == R"("ok")");
  }
  CHECK(world.times("get_group_member_list") == 1);
  CHECK(world.times("get_self_info") == 1);

  CHECK(world.ask("get_group_member_list", R"(,"no_cache":true)") == R"("ok")");
  CHECK(world.times("get_group_member_list") == 1);
  world.turn(61s);
  CHECK(world.ask("get_group_member_list", R"(,"no_cache":true)") == R"("ok")");
  CHECK(world.times("get_group_member_list") == 2);

  world.turn(5min);
  CHECK(world.ask("get_group_member_list") == R"("ok")");
  CHECK(world.times("get_group_member_list") == 3);
}

TEST_CASE("what is done in a group ends what was known of it") {  // O11-ACT-21
  Asked world;
  CHECK(world.ask("get_group_member_list") == R"("ok")");
  CHECK(world.ask("send_group_msg", R"(,"message":"hi")") == R"("ok")");
  CHECK(world.ask("get_group_member_list") == R"("ok")");
  CHECK(world.times("get_group_member_list") == 1);

  CHECK(world.ask("chat.ban") == R"("ok")");
  CHECK(world.ask("get_group_member_list") == R"("ok")");
  CHECK(world.times("get_group_member_list") == 2);
}

}  // namespace
