// What the simulated platform makes of a message after it was sent: rates, marks, changes, history. By HTTP alone.

#include "adapters/feishu/tests/desk.h"

#include <fmt/format.h>

using namespace rig;

TEST_CASE("a chat takes five messages in a second, and tells when to send the next") {
  Desk desk;
  for (int i = 0; i < 5; ++i) CHECK(desk.send_code("oc_1") == 0);

  CHECK(desk.send_code("oc_1") == 230020);
  CHECK(desk.answer.status == 400);
  CHECK(io::header(desk.answer.headers, "x-ogw-ratelimit-reset") == "1");
  CHECK(desk.send_code("oc_2") == 0);
  desk.world.loop.advance(1s);
  CHECK(desk.send_code("oc_1") == 0);
}

TEST_CASE("an app sends fifty messages in a second, to whomever") {
  Desk desk;
  for (int i = 0; i < 50; ++i) CHECK(desk.send_code(fmt::format("oc_{}", i)) == 0);

  CHECK(desk.send_code("oc_new") == 99991400);
  CHECK(desk.answer.status == 429);
  CHECK(io::header(desk.answer.headers, "x-ogw-ratelimit-reset") == "1");
  desk.world.loop.advance(1s);
  CHECK(desk.send_code("oc_new") == 0);
}

TEST_CASE("what was refused for its rate was not sent, and takes no place of what is sent later") {
  Desk desk;
  for (int i = 0; i < 9; ++i) desk.send_code("oc_1");
  CHECK(desk.ask("GET", "/simulator/sent").root().size() == 5);

  desk.world.loop.advance(1s);
  for (int i = 0; i < 5; ++i) CHECK(desk.send_code("oc_1") == 0);
}

TEST_CASE("reactions are left on messages that are there, listed by kind and taken back once") {
  Desk desk;
  const std::string path = kMessages + "/" + desk.send("oc_1") + "/reactions";
  const auto react = [&](std::string_view emoji) {
    return desk.ask("POST", path, fmt::format(R"({{"reaction_type":{{"emoji_type":"{}"}}}})", emoji))
        .root()
        .at("data.reaction_id")
        .text();
  };
  const std::string smile = react("SMILE"), thumb = react("JIAYI");

  CHECK(smile != thumb);
  CHECK(desk.items(path, "reaction_type.emoji_type") == "SMILE JIAYI");
  CHECK(desk.items(path + "?reaction_type=JIAYI", "reaction_id") == thumb);
  CHECK(desk.code("POST", path, R"({"reaction_type":{"emoji_type":"no emoji"}})") == 231001);
  CHECK(desk.code("POST", kMessages + "/om_none/reactions", R"({"reaction_type":{"emoji_type":"SMILE"}})") == 231003);
  CHECK(desk.code("DELETE", path + "/" + smile) == 0);
  CHECK(desk.code("DELETE", path + "/" + smile) == 99992402);
  CHECK(desk.items(path, "reaction_id") == thumb);
}

TEST_CASE("a message is pinned once in its chat, until it is unpinned") {
  Desk desk;
  const std::string id = desk.send("oc_1"), pins = "/open-apis/im/v1/pins";
  const std::string body = fmt::format(R"({{"message_id":"{}"}})", id);

  CHECK(desk.code("POST", pins, body) == 0);
  CHECK(desk.code("POST", pins, body) == 0);
  CHECK(desk.items(pins + "?chat_id=oc_1", "message_id") == id);
  CHECK(desk.items(pins + "?chat_id=oc_2", "message_id").empty());
  CHECK(desk.code("GET", pins) == 99992402);
  CHECK(desk.code("POST", pins, R"({"message_id":"om_none"})") == 231003);
  CHECK(desk.code("DELETE", pins + "/" + id) == 0);
  CHECK(desk.items(pins + "?chat_id=oc_1", "message_id").empty());
  CHECK(desk.code("DELETE", kMessages + "/" + id) == 0);
  CHECK(desk.code("DELETE", pins + "/" + id) == 0);
}

TEST_CASE("a text may be of 150 KB, and a post or a card of 30") {
  Desk desk;
  const auto code = [&desk](std::string_view type, std::size_t size) {
    const std::string content = onebot::json::write(Fields{{"text", std::string(size, 'x')}});
    const Fields body{{"receive_id", "oc_1"}, {"msg_type", type}, {"content", content}};
    return desk.code("POST", kMessages + "?receive_id_type=chat_id", onebot::json::write(body));
  };

  CHECK(code("text", 150'000) == 0);
  CHECK(code("text", 154'000) == 230025);
  CHECK(code("post", 30'000) == 0);
  CHECK(code("post", 31'000) == 230025);
  CHECK(code("interactive", 31'000) == 230025);
}

TEST_CASE("an answer in a thread is in that thread, and what is recalled can no longer be answered") {
  Desk desk;
  desk.hear("om_1", kGroup, kLin);
  const auto answer = [&desk](std::string_view id, bool in_thread) {
    const Fields body{{"msg_type", "text"}, {"content", R"({"text":"x"})"}, {"reply_in_thread", in_thread}};
    CHECK(desk.code("POST", kMessages + "/" + std::string(id) + "/reply", onebot::json::write(body)) == 0);
  };
  const auto threads = [&desk] {
    std::string all;
    const Document sent = desk.ask("GET", "/simulator/sent");
    for (std::size_t i = 0; i < sent.root().size(); ++i) all += sent.root()[i].at("thread_id").text() + "/";
    return all;
  };
  answer("om_1", false);
  answer("om_1", true);
  answer("om_1", false);
  CHECK(threads() == "/omt_of_om_1/omt_of_om_1/");
  CHECK(desk.ask("GET", kMessages + "?container_id_type=thread&container_id=omt_of_om_1")
            .root()
            .at("data.items")
            .size() == 3);

  REQUIRE(
      desk.simulator
          ->play(
              parse(
                  R"({"schema":"2.0","header":{"event_type":"im.message.recalled_v1"},"event":{"message_id":"om_1"}})")
                  .root())
          .has_value());
  CHECK(desk.code("POST", kMessages + "/om_1/reply", R"({"msg_type":"text","content":"{}"})") == 230011);
}

TEST_CASE("a recalled message can be neither answered, marked, edited nor forwarded") {
  Desk desk;
  const std::string path = kMessages + "/" + desk.send("oc_1");
  CHECK(desk.code("DELETE", path) == 0);

  CHECK(desk.code("DELETE", path) == 230011);
  CHECK(desk.code("POST", path + "/reply", R"({"msg_type":"text","content":"{}"})") == 230011);
  CHECK(desk.code("PUT", path, R"({"msg_type":"text","content":"{}"})") == 230011);
  CHECK(desk.code("POST", path + "/reactions", R"({"reaction_type":{"emoji_type":"SMILE"}})") == 231003);
  CHECK(desk.code("POST", path + "/forward?receive_id_type=chat_id", R"({"receive_id":"oc_2"})") == 231003);
}

TEST_CASE("the bot edits its own text twenty times, and nobody else's") {
  Desk desk;
  desk.hear("om_heard", kGroup, kLin);
  const std::string path = kMessages + "/" + desk.send(kGroup),
                    edit = R"({"msg_type":"text","content":"{\"text\":\"y\"}"})";

  CHECK(desk.code("PUT", kMessages + "/om_heard", edit) == 230071);
  CHECK(desk.code("PUT", kMessages + "/om_none", edit) == 231003);
  CHECK(desk.code("PUT", path, R"({"msg_type":"image","content":"{}"})") == 99992402);
  CHECK(desk.code("PUT", path, R"({"msg_type":"text","content":"no JSON"})") == 230001);
  for (int i = 0; i < 20; ++i) CHECK(desk.code("PUT", path, edit) == 0);
  CHECK(desk.code("PUT", path, edit) == 230072);
  const Document read = desk.ask("GET", path);
  CHECK(read.root().at("data.items")[0].at("updated").boolean());
  CHECK(read.root().at("data.items")[0].at("body.content").str() == R"({"text":"y"})");
}

TEST_CASE("a card is patched as a card, and changed twice by the token its use was told with") {
  Desk desk;
  const std::string card = kMessages + "/" + desk.sent_card(), text = kMessages + "/" + desk.send("oc_1");
  CHECK(desk.code("PATCH", card, R"({"content":"{\"a\":1}"})") == 0);
  CHECK(desk.code("PATCH", card, R"({"content":"broken"})") == 230099);
  CHECK(desk.code("PATCH", text, R"({"content":"{}"})") == 230054);

  const std::string update = R"({"token":"c-1","card":{"elements":[]}})",
                    path = "/open-apis/interactive/v1/card/update";
  CHECK(desk.code("POST", path, update) == 99992402);
  REQUIRE(
      desk.simulator
          ->play(
              parse(R"({"schema":"2.0","header":{"event_type":"card.action.trigger"},"event":{"token":"c-1"}})").root())
          .has_value());
  CHECK(desk.code("POST", path, R"({"token":"c-1"})") == 99992402);
  CHECK(desk.code("POST", path, update) == 0);
  CHECK(desk.code("POST", path, update) == 0);
  CHECK(desk.code("POST", path, update) == 99992402);
}

TEST_CASE("a forward is a message of its own, within the rates of where it goes") {
  Desk desk;
  desk.hear("om_heard", kGroup, kLin);
  const std::string path = kMessages + "/om_heard/forward";

  CHECK(desk.code("POST", path, R"({"receive_id":"oc_2"})") == 99992402);
  CHECK(desk.code("POST", path + "?receive_id_type=chat_id", "{}") == 99992402);
  for (int i = 0; i < 5; ++i)
    CHECK(desk.code("POST", path + "?receive_id_type=chat_id", R"({"receive_id":"oc_2"})") == 0);
  CHECK(desk.code("POST", path + "?receive_id_type=chat_id", R"({"receive_id":"oc_2"})") == 230020);
  CHECK(desk.ask("GET", "/simulator/sent").root()[0].at("text").str() == "hi");
}

TEST_CASE("history is of one chat, in the order of time or against it, in pages") {
  Desk desk;
  desk.hear("om_1", kGroup, kLin);
  desk.world.loop.advance(1s);
  const std::string second = desk.send(kGroup);
  desk.world.loop.advance(1s);
  desk.hear("om_3", kGroup, kMarco);
  desk.send("oc_other");
  const std::string path = kMessages + "?container_id_type=chat&container_id=" + kGroup;

  CHECK(desk.items(path, "message_id") == "om_1 " + second + " om_3");
  CHECK(desk.items(path + "&sort_type=ByCreateTimeDesc", "message_id") == "om_3 " + second + " om_1");
  const Document page = desk.ask("GET", path + "&page_size=2");
  CHECK(page.root().at("data.has_more").boolean());
  CHECK(desk.items(path + "&page_size=2&page_token=" + page.root().at("data.page_token").text(), "message_id") ==
        "om_3");
  CHECK(desk.code("GET", kMessages + "?container_id=" + kGroup) == 99992402);
  CHECK(desk.code("GET", kMessages + "?container_id_type=chat") == 99992402);
}

TEST_CASE("whoever spoke in the chat has read the bot's message, each once") {
  Desk desk;
  for (const char* id : {"om_1", "om_2"}) desk.hear(id, kGroup, kLin);
  desk.hear("om_3", kGroup, kMarco);
  desk.hear("om_4", "oc_other", "ou_elsewhere");
  const std::string id = desk.send(kGroup);

  CHECK(desk.items(kMessages + "/" + id + "/read_users?user_id_type=open_id", "user_id") == kLin + " " + kMarco);
  CHECK(desk.code("GET", kMessages + "/om_1/read_users") == 231003);
}

TEST_CASE("people are urged by name, 200 at most, and only to what the bot sent") {
  Desk desk;
  desk.hear("om_1", kGroup, kLin);
  const std::string path = kMessages + "/" + desk.send(kGroup) + "/urgent_app";
  const auto users = [](std::size_t count) {
    return onebot::json::write(Fields{{"user_id_list", onebot::List(count, onebot::Value("ou_1"))}});
  };

  CHECK(desk.code("PATCH", path, users(200)) == 0);
  CHECK(desk.code("PATCH", path, users(201)) == 99992402);
  CHECK(desk.code("PATCH", path, users(0)) == 99992402);
  CHECK(desk.code("PATCH", kMessages + "/om_1/urgent_app", users(1)) == 231003);
}
