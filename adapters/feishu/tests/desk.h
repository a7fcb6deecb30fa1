// A desk at the simulator: a caller of its API with a token, and what it is asked for again and again.

#pragma once

#include "adapters/feishu/simulator/simulator.h"
#include "adapters/feishu/tests/rig.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rig {

inline const std::string kMessages = "/open-apis/im/v1/messages";

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

}  // namespace rig
