// What the simulated platform makes of a message after it was sent: rates, marks, changes, history. By HTTP alone.

#include "adapters/feishu/simulator/simulator.h"
#include "adapters/feishu/tests/rig.h"

#include <fmt/format.h>

using namespace rig;

namespace {

const std::string kMessages = "/open-apis/im/v1/messages";

// A message of another bot, which mentions this one.
Document of_bot(std::string_view id, std::string_view chat, std::string_view chat_type, std::string_view type,
                std::string_view content) {
  const Fields mention{{"key", "@_user_1"}, {"id", Fields{{"open_id", kBot}}}, {"name", "Bridge"}};
  return parse(onebot::json::write(Fields{
      {"header", Fields{{"event_type", "im.message.receive_v1"}}},
      {"event", Fields{{"sender", Fields{{"sender_id", Fields{{"open_id", "ou_other"}}}, {"sender_type", "bot"}}},
                       {"message", Fields{{"message_id", id},
                                          {"chat_id", chat},
                                          {"chat_type", chat_type},
                                          {"message_type", type},
                                          {"content", content},
                                          {"mentions", onebot::List{mention}}}}}}}));
}

struct Desk {
  fakes::World world;
  std::unique_ptr<onebot::Simulator> simulator =
      feishu::make_simulator("feishu", world.loop, world.server, world.client);
  std::string token;

  Desk() {
    REQUIRE(simulator->open({}).has_value());
    simulator->set_push_url("http://bridge");
    const Fields bot = simulator->bot();
    token = ask("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                onebot::json::write(Fields{{"app_id", onebot::text_of(bot, "app_id")},
                                           {"app_secret", onebot::text_of(bot, "app_secret")}}))
                .root()
                .at("tenant_access_token")
                .text();
  }
  Document ask(std::string method, std::string url, std::string body = "") {
    io::HttpRequest request{.method = std::move(method), .url = std::move(url), .body = std::move(body)};
    if (const auto at = request.url.find('?'); at != std::string::npos) {
      request.query = request.url.substr(at + 1);
      request.url.resize(at);
    }
    request.headers = {{"Authorization", "Bearer " + token}};
    answer = *world.server.request(std::move(request))->response;
    return parse(answer.body);
  }
  std::int64_t code(std::string method, std::string url, std::string body = "") {
    return ask(std::move(method), std::move(url), std::move(body)).root().at("code").integer().value_or(-1);
  }
  std::int64_t send_code(std::string_view chat, std::string_view text = "x") {
    const Fields body{
        {"receive_id", chat}, {"msg_type", "text"}, {"content", onebot::json::write(Fields{{"text", text}})}};
    return code("POST", kMessages + "?receive_id_type=chat_id", onebot::json::write(body));
  }
  std::string send(std::string_view chat, std::string_view text = "x") {
    REQUIRE(send_code(chat, text) == 0);
    return parse(answer.body).root().at("data.message_id").text();
  }
  std::string sent_card() {
    const Document sent = ask("POST", kMessages + "?receive_id_type=chat_id",
                              R"({"receive_id":"oc_1","msg_type":"interactive","content":"{\"elements\":[]}"})");
    return sent.root().at("data.message_id").text();
  }
  void hear(std::string_view id, std::string_view chat, std::string_view person) {
    REQUIRE(simulator->play(parse(message(id, "group", chat, person)).root()).has_value());
  }
  std::string items(std::string url, std::string_view member) {
    const Document page = ask("GET", std::move(url));
    std::string all;
    for (std::size_t i = 0; i < page.root().at("data.items").size(); ++i) {
      all += (all.empty() ? "" : " ") + page.root().at("data.items")[i].at(member).text();
    }
    return all;
  }

  io::HttpResponse answer{};
};

}  // namespace

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

TEST_CASE("one list of a group's members has people, the other one bots as well") {
  Desk desk;
  desk.hear("om_1", "oc_1", kLin);
  REQUIRE(desk.simulator->play(of_bot("om_2", "oc_1", "topic_group", "text", R"({"text":"x"})").root()).has_value());
  CHECK(desk.items("/open-apis/im/v1/chats/oc_1/members", "member_id") == kLin);
  const Document all = desk.ask("GET", "/open-apis/im/v1/chats/oc_1/members/list");
  const View users = all.root().at("data.users"), bots = all.root().at("data.bots");
  REQUIRE(users.size() == 1);
  CHECK(users[0].at("member_id").str() == kLin);
  REQUIRE(bots.size() == 2);
  CHECK(bots[0].at("member_id").str() == kBot);
  CHECK(bots[1].at("member_id").str() == "ou_other");
  CHECK(bots[1].at("app_id").str() == "cli_other");
  CHECK(desk.ask("GET", "/open-apis/im/v1/chats/oc_1").root().at("data.chat_mode").str() == "topic");
}

TEST_CASE("a card is read whole when it is asked for so, and another bot's message names its app") {
  Desk desk;
  const std::string card = R"({"elements":[[{"tag":"at","user_id":"@_user_1"}]]})";
  REQUIRE(desk.simulator->play(of_bot("om_2", "oc_1", "group", "interactive", card).root()).has_value());
  const auto read_card = [&desk](std::string_view query) {
    return desk.ask("GET", fmt::format("{}/om_2{}", kMessages, query)).root().at("data.items")[0].value();
  };
  const Document brief = parse(onebot::json::write(read_card("")));
  CHECK(brief.root().at("body.content").str() != card);
  CHECK(brief.root().at("sender.id").str() == "cli_other");
  CHECK(brief.root().at("sender.open_bot_id").is_missing());
  CHECK(brief.root().at("mentions")[0].at("id").str() == kBot);
  const Document whole =
      parse(onebot::json::write(read_card("?card_msg_content_type=user_card_content&with_sender_name=true")));
  CHECK(whole.root().at("body.content").str() == card);
  CHECK(whole.root().at("sender.open_bot_id").str() == "ou_other");
}

TEST_CASE("a file is fetched from the message that has it") {
  Desk desk;
  const std::string id = desk.send("oc_1", "file_v3_a");
  CHECK(desk.code("GET", kMessages + "/" + id + "/resources/file_v3_b?type=file") == 234003);
  const auto answered = desk.world.server.request({.method = "GET",
                                                   .url = kMessages + "/" + id + "/resources/file_v3_a",
                                                   .headers = {{"Authorization", "Bearer " + desk.token}}});

  CHECK(answered->response->body == "bytes of file_v3_a");
  CHECK(io::header(answered->response->headers, "Content-Disposition") == "attachment; filename=\"file_v3_a.bin\"");
}

TEST_CASE("a received file is refused as a test wishes, and the others are given") {
  Desk desk;
  const std::string id = desk.send("oc_1", "file_v3_a file_v3_b");
  desk.ask("POST", "/simulator/refuse_file", R"({"key":"file_v3_a","code":234038})");
  CHECK(desk.code("GET", kMessages + "/" + id + "/resources/file_v3_a?type=file") == 234038);
  CHECK(desk.answer.status == 400);
  desk.ask("POST", "/simulator/refuse_file", R"({"key":"file_v3_a","code":234043,"status":200})");
  CHECK(desk.code("GET", kMessages + "/" + id + "/resources/file_v3_a?type=file") == 234043);
  CHECK(desk.answer.status == 200);

  const auto answered = desk.world.server.request({.method = "GET",
                                                   .url = kMessages + "/" + id + "/resources/file_v3_b",
                                                   .headers = {{"Authorization", "Bearer " + desk.token}}});
  CHECK(answered->response->body == "bytes of file_v3_b");
}

TEST_CASE("a script of faults plays against any call") {
  Desk desk;
  REQUIRE(desk.code("POST", "/simulator/script",
                    R"([{"status":429,"code":99991400,"retry_after":"2"},{"status":502,"taken":true}])") == -1);

  CHECK(desk.send_code("oc_1") == 99991400);
  CHECK(io::header(desk.answer.headers, "x-ogw-ratelimit-reset") == "2");
  desk.send_code("oc_1");
  CHECK(desk.answer.status == 502);
  CHECK(desk.ask("GET", "/simulator/sent").root().size() == 1);
}

TEST_CASE("files that the platform was told to forget are refused in messages, and those brought later are not") {
  Desk desk;
  const auto send = [&](const std::string& key) {
    const Fields body{
        {"receive_id", "oc_1"}, {"msg_type", "image"}, {"content", onebot::json::write(Fields{{"image_key", key}})}};
    return desk.code("POST", kMessages + "?receive_id_type=chat_id", onebot::json::write(body));
  };
  const auto bring = [&desk] {
    const auto answered = desk.world.server.request(
        {.method = "POST",
         .url = "/open-apis/im/v1/images",
         .headers = {{"Authorization", "Bearer " + desk.token}, {"Content-Type", "multipart/form-data; boundary=b"}},
         .body = "--b" + std::string(100, 'x')});
    return parse(answered->response->body).root().at("data.image_key").text();
  };
  const std::string first = bring();
  CHECK(send(first) == 0);
  desk.ask("POST", "/simulator/forget_files");
  CHECK(send(first) == 230017);
  CHECK(send(bring()) == 0);
}
