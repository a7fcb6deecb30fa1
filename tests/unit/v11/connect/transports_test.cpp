// All ways together: what holds on each of them.

#include "onebot/v11/connect/transports.h"

#include "bridge.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace {

using namespace v11_test;

struct All : Bridge {
  All() : Bridge(2) {
    links::Ways ways;
    ways.websocket.emplace_back();
    ways.websocket_reverse = {{.url = "ws://h/ws?token=1"}, {.url = "ws://h/ws?token=2"}};
    ways.http_post = {{.url = "http://h/"}};
    ways.http.emplace_back();
    ways.websocket[0].section.bots = ways.http[0].section.bots = ways.http_post[0].section.bots = known;
    for (auto& section : ways.websocket_reverse) section.section.bots = known;
    transports = links::make_transports(std::move(ways), {ground, *rendering});
    for (const auto& transport : transports) REQUIRE(transport->start());
  }
  void wake() {
    for (const auto& transport : transports) transport->wake();
    loop.run();
  }

  std::vector<std::unique_ptr<onebot::Transport>> transports;
};

TEST_CASE("sections with the same address keep places of their own") {
  All world;
  int first = 0, second = 0;
  for (const auto& [name, place] : world.cursors.places) {
    first += name.starts_with("onebot11:websocket_reverse:ws://h/ws:chat/");
    second += name.starts_with("onebot11:websocket_reverse:ws://h/ws#2:chat/");
  }
  CHECK(first == 2);
  CHECK(second == 2);
}

TEST_CASE("all ways tell an event with the same bytes") {  // O11-GEN-02
  All world;
  for (const auto& link : world.client.links) link->answers = true, link->open();
  world.loop.run();
  for (const auto& call : world.client.calls) call->answer(204, "");
  world.say(1);
  world.wake();
  const auto forward = world.server.connect({.url = "/102000001/"});
  world.say(1);
  world.wake();

  const std::string event = forward->received.back();
  CHECK(told({event}) == Told{"e2"});
  int others = 0;
  for (const auto& link : world.client.links) others += std::ranges::count(link->received, event) == 1;
  CHECK(others == 2);
}

// Some consumers end their process at anything else.
TEST_CASE("whatever is asked, each request has one answer, and every frame is an object that says what it is") {
  All world;  // O11-RSP-03, O11-RSP-04, section 19
  const auto link = world.server.connect({.url = "/102000001/"});
  const std::size_t before = link->received.size();
  constexpr std::array<std::string_view, 12> kRequests = {
      "{",
      "[]",
      "5",
      "null",
      "{}",
      R"({"action":"get_status","echo":null})",
      R"({"action":"unheard_of","echo":1})",
      R"({"action":"send_msg","params":{"user_id":1.5}})",
      R"({"action":"get_msg","params":{"message_id":-1},"echo":"x"})",
      R"({"action":".handle_quick_operation","params":5})",
      R"({"action":"get_login_info_async"})",
      R"({"action":"get_group_list","params":null,"echo":[1,2]})"};
  std::minstd_rand random(1);
  for (int i = 0; i < 1000; ++i) {
    link->text(kRequests.at(random() % kRequests.size()));
    if (i % 10 == 0) {
      world.say(1 + i % 2);
      world.wake();
    }
  }
  world.turn(5s);

  int answers = 0;
  const std::set<std::string_view> kTypes{"message", "notice", "request", "meta_event"};
  for (std::size_t i = before; i < link->received.size(); ++i) {
    const json::Document frame = parse(link->received[i]);
    REQUIRE(frame.root().is_object());
    const bool is_event = !frame.root().at("post_type").is_missing();
    answers += !is_event;
    if (is_event) CHECK(kTypes.contains(frame.root().at("post_type").str()));
    if (is_event) CHECK(frame.root().at("self_id").integer() == 102000001);
    CHECK(is_event == frame.root().at("status").is_missing());
    CHECK((!is_event || frame.root().at("echo").is_missing()));
  }
  CHECK(answers == 1000);
}

TEST_CASE("the golden transcript of a forward link in a section of two bots") {  // section 20.2
  All world;
  const auto link = world.server.connect({.url = "/102000002/"});
  world.say(2, "hi");
  world.wake();
  const std::string event = link->received.back();
  const auto ask = [&](const std::string& request) {
    link->text(request);
    world.loop.run();
    return link->received.back();
  };
  const std::string context = R"({"post_type":"message","message_type":"group","group_id":)" +
                              rig::member(event, "group_id") + R"(,"user_id":)" + rig::member(event, "user_id") +
                              R"(,"message_id":)" + rig::member(event, "message_id") + R"(,"self_id":102000002})";

  CHECK(told({link->received.at(0)}) == Told{"connect"});
  CHECK(ask(R"({"action":"send_group_msg_async","params":{"group_id":)" + rig::member(event, "group_id") +
            R"(,"message":"x"},"echo":"a"})") ==
        R"({"status":"async","retcode":1,"data":null,"message":"","wording":"","echo":"a"})");
  CHECK(ask(R"({"action":".handle_quick_operation","params":{"context":)" + context +
            R"(,"operation":{"reply":"ok","at_sender":false}},"echo":"b"})") ==
        R"({"status":"ok","retcode":0,"data":null,"message":"","wording":"","echo":"b"})");
  CHECK(world.actions.names() == Told{"send_message", "send_message"});
}

}  // namespace
