// What the simulated platform lets a bot read: members, cards, files, and what it refuses. By HTTP alone.

#include "adapters/feishu/tests/desk.h"

#include <fmt/format.h>

using namespace rig;

namespace {

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

}  // namespace

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
