// The simulator by itself and with a bot: streamed messages, panels of commands.

#include "adapters/qq/tests/desk.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace qq_desk;
using onebot::List;

TEST_CASE("a streamed message is taken as whole texts in Markdown, 300 ms apart, that keep what was shown") {
  Desk desk;
  desk.play(fmt::format(R"({{"t":"C2C_MESSAGE_CREATE","d":{{"id":"M1","author":{{"user_openid":"{}"}}}}}})", kUser));
  const auto take = [&](std::string_view text, std::string_view stream, int index, int state = 1,
                        std::string_view type = "markdown") {
    const std::string id = stream.empty() ? std::string() : fmt::format(R"("stream_msg_id":"{}",)", stream);
    const auto answer = desk.post(
        fmt::format("/v2/users/{}/stream_messages", kUser),
        fmt::format(
            R"({{{}"input_mode":"replace","input_state":{},"index":{},"content_type":"{}","content_raw":"{}","msg_id":"M1","msg_seq":1}})",
            id, state, index, type, text));
    return answer.status == 200 ? Desk::member(answer, "id") : Desk::member(answer, "err_code");
  };

  CHECK(take("a", "", 0, 1, "text") == "50037");
  const std::string id = take("a", "", 0);
  REQUIRE(id.size() == 36);
  CHECK(take("ab", id, 1) == "50002");
  desk.world.loop.advance(300ms);
  CHECK(take("b", id, 1) == "40007");
  CHECK(take("ab", id, 2) == "50037");
  CHECK(take("ab", id, 1) == id);
  desk.world.loop.advance(300ms);
  CHECK(take("abc", id, 2, 10) == id);
  desk.world.loop.advance(300ms);
  CHECK(take("abcd", id, 3) == "50037");
  const auto streams = Document::parse(desk.request("GET", "/simulator/streams").body);
  CHECK(streams->root()[0].at("content").str() == "abc");
  CHECK(streams->root()[0].at("ended").boolean());
  desk.world.loop.advance(5min);
  CHECK(take("z", "", 0) == "40034005");
}

TEST_CASE("panels are kept, listed by scope a page at a time, and those of all have no targets") {
  Desk desk;
  const auto create = [&](std::string_view scope, std::string_view more = "") {
    return desk.post(
        "/v2/panels",
        fmt::format(R"({{"scope":"{}"{},"panel":{{"items":[{{"type":"command","name":"n"}}]}}}})", scope, more));
  };
  const std::string all = Desk::member(create("c2c"), "panel_id");
  const std::string some =
      Desk::member(create("group", R"(,"target_type":"specific","group_openids":["G"])"), "panel_id");

  CHECK(Desk::member(create("guild"), "err_code") == "40030011");
  CHECK(Desk::member(create("dm", R"(,"target_type":"specific")"), "err_code") == "40030012");
  CHECK(Desk::member(desk.request("PUT", "/v2/panels/" + all + "/target", R"({"op":"add"})"), "err_code") ==
        "40030021");
  CHECK(desk.request("PUT", "/v2/panels/" + some + "/target", R"({"op":"add","group_openids":["H"]})").status == 200);
  CHECK(desk.request("PUT", "/v2/panels/" + some + "/target", R"({"op":"del","group_openids":["G"]})").status == 200);
  const auto shown = Document::parse(desk.request("GET", "/v2/panels/" + some).body);
  CHECK(shown->root().at("group_openids").dump() == R"(["H"])");
  for (int i = 0; i < 11; ++i) CHECK(create("dm").status == 200);
  const auto page = desk.request("GET", "/v2/panels", "", "scope=dm");
  CHECK(Desk::member(page, "next_cursor") == "10");
  CHECK(Desk::member(desk.request("GET", "/v2/panels", "", "scope=dm&cursor=10"), "next_cursor").empty());
  CHECK(desk.request("DELETE", "/v2/panels/" + all).status == 200);
  CHECK(Desk::member(desk.request("GET", "/v2/panels/" + all), "err_code") == "40030006");
}

TEST_CASE("bot and simulator: panels are made, listed over pages, changed and deleted") {
  Wire wire;
  const auto items = [](std::string name) {
    return Fields{{"items", onebot::List{Fields{{"type", "command"}, {"name", std::move(name)}}}}};
  };
  const auto panels = [&](std::string_view scope) {
    const std::string answer = wire.call("qq.get_panel_list", {{"scope", scope}});
    return Document::parse(answer)->root().at("data").size();
  };
  std::string last;
  for (int i = 0; i < 10; ++i) {
    last = at(wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}}), "data.panel_id");
  }
  CHECK(panels("c2c") == 10);
  std::string waits = wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}});
  CHECK(at(waits, "retcode") == "36003");

  wire.desk.world.loop.advance(60s);
  wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}});
  CHECK(panels("c2c") == 11);
  CHECK(panels("group") == 0);
  CHECK(at(wire.call("qq.set_panel", {{"panel_id", last}, {"panel", items("other")}}), "data.version") == "2");
  CHECK(wire.call("qq.get_panel", {{"panel_id", last}}).find("other") != std::string::npos);
  const Fields to_all{{"panel_id", last}, {"op", "add"}, {"user_openids", onebot::List{"U"}}};
  CHECK(at(wire.call("qq.set_panel_targets", to_all), "status") == "failed");
  CHECK(at(wire.call("qq.delete_panel", {{"panel_id", last}}), "status") == "ok");
  CHECK(panels("c2c") == 10);
}

TEST_CASE("bot and simulator: a streamed message, whose parts come as fast as they like, arrives whole") {
  Wire wire;
  wire.desk.play(fmt::format(
      R"({{"t":"C2C_MESSAGE_CREATE","d":{{"id":"M1","content":"hi","author":{{"user_openid":"{}"}}}}}})", kUser));
  wire.run();
  const std::string id = at(wire.call("qq.send_stream", {{"user_id", kUser}, {"content", "a"}}), "data.stream_id");
  int answered = 0;
  for (const std::string text : {"ab", "abc", "abcd"}) {
    wire.bot->call({"qq.send_stream", {{"stream_id", id}, {"content", text}, {"end", text == "abcd"}}},
                   onebot::Reply([&](auto result) { answered += result ? 1 : 0; }));
  }

  for (int i = 0; i < 4; ++i) {
    wire.desk.world.loop.advance(300ms);
    wire.run();
  }

  CHECK(answered == 3);
  const auto streams = Document::parse(wire.desk.request("GET", "/simulator/streams").body);
  CHECK(streams->root()[0].at("content").str() == "abcd");
  CHECK(streams->root()[0].at("parts").integer() == 4);
  CHECK(streams->root()[0].at("ended").boolean());
}
