#include "adapters/kit/identity.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;
using kit::Identity;
using onebot::Record;
using onebot::Result;
using onebot::json::Document;

namespace {

// A platform that answers as told; "": it cannot be reached.
struct Answers final : kit::Asker {
  onebot::Task<Result<Document>> document(kit::Request request) const override {
    asked.push_back(std::move(request));
    const std::string body = answers.empty() ? std::string() : std::exchange(answers.front(), {});
    if (!answers.empty()) answers.pop_front();
    if (body.empty()) co_return onebot::fail(onebot::Retcode::network_error, "no route");
    co_return Document::parse(body);
  }
  mutable std::deque<std::string> answers{};
  mutable std::vector<kit::Request> asked{};
};

constexpr std::chrono::milliseconds kPauses[] = {1min};

struct Desk {
  fakes::World world{};
  Answers platform{};
  kit::Token token{{.urls = {"https://t.test/token"},
                    .read = [](const auto&) -> std::expected<kit::Token::Issued, kit::Token::Refused> {
                      return std::unexpected(kit::Token::Refused{});
                    },
                    .pauses = kPauses,
                    .spread = 0},
                   world.loop,
                   world.client,
                   world.log};
  kit::Profile own{{"toy", ""}, ""};
  std::vector<bool> news{};

  Identity identity() {
    return {own,
            {"/me",
             [](onebot::json::View me) {
               return Identity::Told{me.at("id").text(), me.at("name").text()};
             }},
            {platform, token, world.host}};
  }
  onebot::io::Owner ask(Identity& identity) {
    return onebot::start<bool>(identity.asked(), [this](bool is_news) { news.push_back(is_news); });
  }
  std::string record(std::string_view key) {
    for (const Record& record : world.events.recall("self")) {
      if (record.key == key) return record.value;
    }
    return {};
  }
};

constexpr const char* kMe = R"({"id":"7","name":"Bot"})";

}  // namespace

TEST_CASE("who the bot is is asked until the platform says it, after growing waits") {
  Desk desk;
  Identity identity = desk.identity();
  desk.platform.answers = {"", R"({"name":"nobody"})", kMe};

  const auto asking = desk.ask(identity);
  CHECK_FALSE(identity.is_known());
  desk.world.loop.advance(1200ms);
  CHECK(desk.platform.asked.size() == 2);
  desk.world.loop.advance(3600ms);

  CHECK(desk.news == std::vector<bool>{true});
  CHECK(desk.own.user_id == "7");
  CHECK(identity.is_confirmed());
  CHECK(desk.world.log.contains("who the bot is could not be asked: no route; retry in 2s"));
  CHECK(desk.world.log.contains("who the bot is could not be asked: no id in the answer; retry in 4s"));
  CHECK_FALSE(desk.platform.asked.front().harmless_twice());  // the waits are these alone
}

TEST_CASE("who the bot is is not asked while no token can be had") {
  Desk desk;
  Identity identity = desk.identity();
  desk.token.start();
  desk.world.client.calls.back()->fail("down");  // the next question is in a minute

  const auto asking = desk.ask(identity);
  desk.world.loop.advance(59s);
  CHECK(desk.platform.asked.size() == 1);
  desk.world.loop.advance(1s);
  CHECK(desk.platform.asked.size() == 2);
}

TEST_CASE("what the platform said is known after a restart, and only what is new is written") {
  Desk desk;
  Identity first = desk.identity();
  desk.platform.answers = {kMe, kMe};
  const auto asking = desk.ask(first);
  desk.own = {{"toy", ""}, ""};
  Identity second = desk.identity();
  second.recall();

  CHECK(desk.own.user_id == "7");
  CHECK(desk.own.name == "Bot");
  CHECK_FALSE(second.is_confirmed());
  const std::size_t written = desk.world.events.records.size();
  const auto again = desk.ask(second);
  CHECK(desk.news == std::vector<bool>{true, false});
  CHECK(desk.world.events.records.size() == written);
}

TEST_CASE("a new name is kept, and an answer without an id or a name leaves the one that is known") {
  Desk desk;
  Identity identity = desk.identity();
  identity.learn({"7", "Bot"});

  CHECK_FALSE(identity.learn({"", "Renamed"}));
  CHECK(desk.own.user_id == "7");
  CHECK(desk.record("name") == "Renamed");
  CHECK(desk.record("") == "7");
  CHECK(identity.learn({"8", "Renamed"}));
  CHECK(desk.record("") == "8");
  CHECK_FALSE(identity.learn({"8", ""}));
  CHECK(desk.own.name == "Renamed");
  CHECK(desk.record("name") == "Renamed");
}

TEST_CASE("an id that is configured is nobody's to change") {
  Desk desk;
  desk.world.events.records = {{"self", "", "7"}, {"self", "name", "Bot"}};
  desk.own.user_id = "9";
  Identity identity = desk.identity();

  identity.recall();
  CHECK(identity.is_confirmed());
  CHECK_FALSE(identity.learn({"7", "Bot"}));
  CHECK(desk.own.user_id == "9");
  CHECK(desk.own.name == "Bot");
  CHECK(desk.record("") == "7");
}

TEST_CASE("a question that is asked once learns nothing and is not asked again") {
  Desk desk;
  Identity identity = desk.identity();
  desk.platform.answers = {R"({})", kMe};
  std::vector<Result<Identity::Told>> told;
  for (int i = 0; i < 2; ++i) {
    const auto asking = onebot::start<Result<Identity::Told>>(identity.look_up(),
                                                              [&](auto answer) { told.push_back(std::move(answer)); });
  }

  CHECK(told.at(0).error().message == "no id in the answer");
  CHECK(told.at(1)->name == "Bot");
  CHECK_FALSE(identity.is_known());
}
