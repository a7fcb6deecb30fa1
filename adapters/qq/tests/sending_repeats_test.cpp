// A message that may have arrived: what is sent again, under which number, and what a refusal of that means.

#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

using namespace qq_test;

namespace {

// A bot in a group where a message can be answered, or none; what each attempt to send is answered stands in
// `outcomes`.
struct Answering {
  Bot bot{{{"receive", "webhook"}}};
  std::vector<std::string> outcomes{};  // a body; "!": no answer comes; "!" and a body: refused; "?": never connected
  std::vector<std::string> seqs{};

  explicit Answering(bool answerable = true) {
    if (answerable)
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
      } else if (outcome == "?") {
        const auto told = std::exchange(call->done, nullptr);
        told(std::unexpected(onebot::Error{.code = onebot::Retcode::network_error, .unsent = true}));
      } else if (outcome.starts_with("5")) {
        call->answer(std::stoi(outcome), outcome.substr(3));
      } else {
        call->answer(outcome.starts_with('!') ? 400 : 200, outcome.substr(outcome.starts_with('!') ? 1 : 0));
      }
      bot.world.loop.advance(2500ms);
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

TEST_CASE("an answer that meets trouble goes out again under its number, three times at most") {
  for (const char* trouble : {"500", "502<html>", "503", "504", R"(500{"code":2000004,"message":""})", "!", "?"}) {
    CAPTURE(trouble);
    Answering chat;
    chat.outcomes = {trouble, trouble, R"({"id":"S1"})"};
    CHECK(at(chat.send("hi"), "data.message_id") == "S1");
    CHECK(chat.seqs == std::vector<std::string>{"1", "1", "1"});

    Answering lost;
    lost.outcomes = {trouble, trouble, trouble, R"({"id":"S1"})"};
    CHECK(at(lost.send("hi"), "status") == "failed");
    CHECK(lost.seqs.size() == 3);
  }
}

TEST_CASE("after trouble of the platform, too, a number that is refused as used means that it had arrived") {
  Answering chat;
  chat.outcomes = {"502", kDuplicate};

  CHECK(at(chat.send("hi"), "status") == "ok");
}

TEST_CASE("a number that was refused before any byte had left us was used by somebody else") {
  Answering chat;
  chat.outcomes = {"?", kDuplicate, R"({"id":"S1"})"};

  CHECK(at(chat.send("hi"), "data.message_id") == "S1");
  CHECK(chat.seqs == std::vector<std::string>{"1", "1", "2"});
}

TEST_CASE("a message that answers nothing goes out again only when no byte of it had left us") {
  Answering never_sent(false);
  never_sent.outcomes = {"?", "?", R"({"id":"S1"})"};
  CHECK(at(never_sent.send("hi"), "data.message_id") == "S1");

  for (const char* trouble : {"!", "502"}) {
    CAPTURE(trouble);
    Answering chat(false);
    chat.outcomes = {trouble, R"({"id":"S1"})"};
    CHECK(at(chat.send("hi"), "status") == "failed");
    CHECK(chat.seqs.size() == 1);
  }
}
