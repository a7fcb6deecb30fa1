// Actions that do not say which bot they are for: who has met what they name.

#include "bridge/whereabouts.h"

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using bridge::Whereabouts;
using onebot::Fields;
using onebot::List;
using rig::at;
using rig::has;
using namespace std::chrono_literals;

namespace {

Fields reply_to(std::string message_id) {
  return {{"message", List{Fields{{"type", "reply"}, {"data", Fields{{"message_id", std::move(message_id)}}}}}}};
}

// Which of the bots 0 to 9 have met everything that is known of these, as digits; "-": nothing is known.
std::string who(const Whereabouts& whereabouts, const Fields& params) {
  const auto met = whereabouts.of(params);
  if (met.empty()) return "-";
  std::string all;
  for (std::uint16_t bot = 0; bot < 10; ++bot) {
    if (std::ranges::all_of(met, [bot](const auto& one) { return one.has(bot); })) all += std::to_string(bot);
  }
  return all;
}

onebot::Event message(std::string group, std::string user, std::string id) {
  return {.type = "message",
          .detail_type = "group",
          .message = {onebot::segment::text("hi"), onebot::segment::image("file-" + id)},
          .fields = {{"message_id", std::move(id)}, {"group_id", std::move(group)}, {"user_id", std::move(user)}}};
}

struct Two {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Adapter one{"mock", "1"}, two{"mock", "2"}, three{"mock", "3"};
  std::unique_ptr<rig::Process> process;
  std::unique_ptr<rig::Transport> application;
  std::vector<bridge::Bot*> bots;

  explicit Two(std::vector<std::string> served = {}) { restart(std::move(served)); }
  ~Two() { clear(); }
  void clear() {
    for (rig::Adapter* adapter : {&one, &two, &three}) adapter->replies.clear();
  }
  void restart(std::vector<std::string> served = {}) {
    clear();
    application.reset();
    process = nullptr;
    process = std::make_unique<rig::Process>(loop, log, disk);
    bots = {&process->add(one, "mock/a"), &process->add(two, "mock/b"), &process->add(three, "mock/c")};
    link.emplace(process->bridge.backend(process->client, process->server, served));
    application = std::make_unique<rig::Transport>(*link);
    process->bridge.add(*application, served);
    REQUIRE(process->bridge.start());
    loop.run();
  }
  void hears(int bot, std::string group, std::string user, std::string id) {
    bots.at(static_cast<std::size_t>(bot))
        ->emit({.events = {message(std::move(group), std::move(user), std::move(id))}});
  }
  // The bot an action reached, "1" to "3", or its answer.
  std::string send(Fields params) {
    const auto answer = std::make_shared<std::string>();  // the adapter may keep the reply
    const auto count = [this] { return std::vector{one.calls.size(), two.calls.size(), three.calls.size()}; };
    const auto before = count();
    link->actions.act({"send_message", std::move(params), {}}, onebot::Reply([answer](onebot::ActionResult result) {
                        *answer = onebot::encode_response(result, std::nullopt);
                      }));
    const auto after = count();
    for (std::size_t i = 0; i < 3; ++i) {
      if (after[i] > before[i]) return std::to_string(i + 1);
    }
    return *answer;
  }

  std::optional<onebot::Backend> link;
};

}  // namespace

TEST_CASE("an id is met by the bots whose events and answers have it, each kind for itself") {
  Whereabouts whereabouts;
  whereabouts.begin();
  whereabouts.met(1, message("g", "u", "m"));
  whereabouts.met(2, message("g", "v", "n"));
  whereabouts.answered(3, Fields{{"message_id", "sent"}, {"time", 1.5}});

  CHECK(who(whereabouts, {{"group_id", "g"}}) == "12");
  CHECK(who(whereabouts, {{"group_id", "g"}, {"user_id", "v"}}) == "2");
  CHECK(who(whereabouts, {{"user_id", "u"}, {"message_id", "nobody's"}}) == "1");
  CHECK(who(whereabouts, {{"group_id", "u"}}) == "-");
  CHECK(who(whereabouts, {{"message_id", "sent"}}) == "3");
  CHECK(who(whereabouts, {{"file_id", "file-n"}}) == "2");
  CHECK(who(whereabouts, reply_to("m")) == "1");
  CHECK(who(whereabouts, {{"user_id", "u"}, {"group_id", "g"}, {"message_id", "n"}}) == "");
  CHECK(who(whereabouts, {}) == "-");
}

TEST_CASE("more bots than four have met an id as good as all") {
  Whereabouts whereabouts;
  whereabouts.begin();
  for (std::uint16_t bot = 0; bot < 4; ++bot) whereabouts.met(bot, message("g", "u", "m"));
  CHECK(who(whereabouts, {{"group_id", "g"}}) == "0123");

  whereabouts.met(7, message("g", "u", "m"));

  CHECK(who(whereabouts, {{"group_id", "g"}}) == "0123456789");
}

TEST_CASE("what is remembered is bounded; what comes again stays, and messages do not push out chats") {
  Whereabouts whereabouts(100);
  whereabouts.begin();
  whereabouts.met(1, message("quiet", "u", "m"));
  for (int i = 0; i < 1'000; ++i) {
    whereabouts.met(2, message("g", "v", "m" + std::to_string(i)));
    if (i % 20 == 0) whereabouts.met(1, message("quiet", "u", "again"));
  }

  CHECK(whereabouts.size() <= 200);
  CHECK(who(whereabouts, {{"group_id", "quiet"}}) == "1");
  CHECK(who(whereabouts, {{"message_id", "m"}}) == "-");
  CHECK(who(whereabouts, {{"message_id", "m999"}}) == "2");
  CHECK(who(whereabouts, {{"message_id", "again"}}) == "1");
  for (int i = 0; i < 200; ++i) whereabouts.met(2, message("h" + std::to_string(i), "v", "m"));
  CHECK(who(whereabouts, {{"group_id", "quiet"}}) == "-");
}

TEST_CASE("an action without self goes to the bot that alone has met what it names, else it is 10101") {
  Two bench;
  bench.hears(0, "g1", "u1", "m1");
  bench.hears(1, "g2", "u2", "m2");
  bench.hears(1, "both", "u2", "m3");
  bench.hears(2, "both", "u3", "m4");

  CHECK(bench.send({{"group_id", "g1"}}) == "1");
  CHECK(bench.send({{"user_id", "u2"}}) == "2");
  CHECK(bench.send({{"message_id", "m4"}}) == "3");
  CHECK(bench.send({{"file_id", "file-m2"}}) == "2");
  for (const Fields& unclear : {Fields{{"group_id", "both"}}, Fields{{"group_id", "unknown"}}, Fields{},
                                Fields{{"group_id", "g1"}, {"user_id", "u2"}}}) {
    const std::string answer = bench.send(unclear);
    CHECK(has(answer, "10101"));
    CHECK(at(answer, "message") ==
          R"("this connection has 3 bots, say in \"self\" which one: mock \"1\", mock \"2\", mock \"3\"")");
  }
}

TEST_CASE("only the bots of the link count") {
  Two bench({"mock/a", "mock/b"});
  bench.hears(1, "both", "u2", "m3");
  bench.hears(2, "both", "u3", "m4");

  CHECK(bench.send({{"group_id", "both"}}) == "2");
  CHECK(has(bench.send({{"message_id", "m4"}}), "10101"));
}

TEST_CASE("a message that was sent belongs to the bot that sent it") {
  Two bench;
  bench.hears(1, "g", "u", "m");
  REQUIRE(bench.send({{"group_id", "g"}}) == "2");
  bench.two.replies.back().ok(Fields{{"message_id", "sent"}, {"time", 1.0}});

  CHECK(bench.send({{"message_id", "sent"}}) == "2");
}

TEST_CASE("after a restart the newest events of the log teach whose an id is") {
  Two bench;
  bench.hears(0, "g1", "u1", "m1");
  bench.hears(1, "g2", "u2", "m2");
  bench.loop.advance(1s);

  bench.restart();

  CHECK(bench.send({{"group_id", "g2"}}) == "2");
  CHECK(bench.send({{"file_id", "file-m1"}}) == "1");
}

TEST_CASE("nothing is learned before somebody needs it") {
  Whereabouts whereabouts;

  whereabouts.met(1, message("g", "u", "m"));
  CHECK(whereabouts.size() == 0);
  whereabouts.begin();
  whereabouts.met(1, message("g", "u", "m"));

  CHECK(whereabouts.size() == 4);
}
