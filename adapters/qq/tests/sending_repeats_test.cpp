// A message that may have arrived: what is sent again, under which number, and what a refusal of that means.

#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

using namespace qq_test;

namespace {

// A bot in a group where one message can be answered; what each attempt to send is answered stands in `outcomes`.
struct Answering {
  Bot bot{{{"receive", "webhook"}}};
  std::vector<std::string> outcomes{};  // a body; "!": no answer comes; "!" and a body: refused
  std::vector<std::string> seqs{};

  Answering() {
    bot.world.events.remember(
        {"reply", fmt::format("group:{}/0", kGroup), fmt::format("m {} 0 M1", bot.world.loop.wall())});
    bot.answers["GET /users/@me"] = R"({"id":"31","username":"b"})";
    bot.bot->start();
    for (int i = 0; i < 10; ++i) bot.world.loop.advance(1ms);
    bot.world.client.script = nullptr;
  }
  std::string send(onebot::Value message) {
    std::string answer = "none";
    bot.bot->call({"send_message", {{"detail_type", "group"}, {"group_id", kGroup}, {"message", std::move(message)}}},
                  onebot::Reply([&answer](auto result) { answer = onebot::encode_response(result, std::nullopt); }));
    bot.world.loop.advance(1ms);
    for (const std::string& outcome : outcomes) {
      const auto call = bot.world.client.calls.back();
      if (!call->done) break;
      seqs.push_back(at(call->request.body, "msg_seq"));
      if (outcome == "!") {
        call->fail("connection reset");
      } else {
        call->answer(outcome.starts_with('!') ? 400 : 200, outcome.substr(outcome.starts_with('!') ? 1 : 0));
      }
      bot.world.loop.advance(1ms);
    }
    return answer;
  }
};

constexpr const char* kDuplicate = R"(!{"err_code":40054005,"message":"duplicate"})";

}  // namespace

TEST_CASE(
    "a message whose answer was lost is sent again under its number, and a refusal of that means it had arrived") {
  Answering chat;
  chat.outcomes = {"!", kDuplicate};

  const std::string answer = chat.send("hi");

  CHECK(at(answer, "status") == "ok");
  CHECK(at(answer, "data.message_id").empty());
  CHECK(at(answer, "data.time") != "0");
  CHECK(chat.seqs == std::vector<std::string>{"1", "1"});
}

TEST_CASE("when the first of two QQ messages had arrived unanswered, the second gives the id") {
  Answering chat;
  chat.outcomes = {"!", kDuplicate, R"({"id":"S2"})"};

  const std::string answer =
      chat.send(onebot::List{segment("text", {{"text", "a"}}), segment("qq.markdown", {{"content", "# b"}})});

  CHECK(at(answer, "status") == "ok");
  CHECK(at(answer, "data.message_id") == "S2");
  CHECK(chat.seqs == std::vector<std::string>{"1", "1", "2"});
}

TEST_CASE("a number that is refused at the first try was used by somebody else, so the next is taken") {
  Answering chat;
  chat.outcomes = {kDuplicate, R"({"id":"S1"})"};

  CHECK(at(chat.send("hi"), "data.message_id") == "S1");
  CHECK(chat.seqs == std::vector<std::string>{"1", "2"});
}

TEST_CASE("numbers that are all refused at the first try are no success") {
  Answering chat;
  chat.outcomes = {kDuplicate, kDuplicate, kDuplicate, kDuplicate, kDuplicate, kDuplicate};

  const std::string answer = chat.send("hi");

  CHECK(at(answer, "retcode") == "34009");
  CHECK(chat.seqs.size() == 6);
}
