// Calls under way: what is asked of the platform, page after page, and how each ends.

#include "adapters/kit/calls.h"

#include "tests/fakes_loop.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using onebot::action;
using onebot::Fields;
using onebot::Retcode;

namespace {

constexpr onebot::Paging kPaging{.query = "page", .next = "next"};
constexpr onebot::CallRow kRows[] = {
    action("get_group_info").get({"/groups/{id}", "group", "group_id"}).tells("group_id", "id").tells("group_name"),
    action("get_group_list").get("/groups?size=2").lists("items").pages(kPaging).tells("group_id").tells("group_name"),
    action("xx.people").needs("group_id").get("/groups/{group_id}/people").lists("items").kept("group_id").tells("id"),
    action("xx.person")
        .needs("group_id")
        .needs("id")
        .get("/groups/{group_id}/people")
        .lists("items")
        .recent("group_id", 60)
        .picks("id", Retcode::unknown_user)
        .tells("id"),
    action("xx.read").needs("message_id").get("/messages/{message_id}").tells_all(),
};
static_assert(onebot::conform(kRows, "xx"));
constexpr onebot::CallTable kTable{.rows = kRows};

// Answers when the test says so.
struct Platform final : kit::Asker {
  using Answer = onebot::Result<onebot::json::Document>;
  using Waiting = std::function<void(Answer)>;
  struct Pending final : onebot::io::Pending {
    explicit Pending(std::shared_ptr<Waiting> told) : waiting(std::move(told)) {}
    ~Pending() override { *waiting = nullptr; }
    std::shared_ptr<Waiting> waiting;
  };

  onebot::Task<Answer> document(kit::Request request) const override {
    asked.push_back(request.method + " " + kit::address_of(request).value());
    co_return co_await onebot::until_told<Answer>([this](auto tell) {
      waiting = std::make_shared<Waiting>(std::move(tell));
      return std::make_unique<Pending>(waiting);
    });
  }
  bool is_waiting() const { return waiting && *waiting; }
  void answer(Answer result) {
    REQUIRE(is_waiting());
    const Waiting tell = std::exchange(*waiting, nullptr);
    tell(std::move(result));
  }
  void answer(std::string_view text) { answer(onebot::json::Document::parse(text)); }

  mutable std::vector<std::string> asked{};
  mutable std::shared_ptr<Waiting> waiting{};
};

struct Lists final : kit::RecentLists {
  struct Kept {
    onebot::List list{};
    std::chrono::milliseconds at{0};
  };
  const onebot::List* find(std::string_view key, std::chrono::milliseconds now,
                           std::chrono::seconds not_older) const override {
    const auto found = kept.find(std::string(key));
    return found != kept.end() && now < found->second.at + not_older ? &found->second.list : nullptr;
  }
  void keep(std::string_view key, const onebot::List& list, std::chrono::milliseconds now) override {
    kept[std::string(key)] = {list, now};
  }
  std::map<std::string, Kept> kept{};
};

struct Run {
  fakes::Loop loop{};
  onebot::Self self{"xx", "bot"};
  Platform platform{};
  Lists lists{};
  onebot::io::Owner call{};
  std::optional<onebot::ActionResult> result{};

  void start(std::string_view name, Fields params = {}, std::string path = {}) {
    const onebot::CallRow& row = *kTable.find(name);
    if (path.empty()) path = row.path.path;
    result.reset();
    call = onebot::start<onebot::ActionResult>(
        kit::run({kTable, self, platform, loop, &lists}, row, std::move(path), std::move(params)),
        [this](onebot::ActionResult told) { result = std::move(told); });
  }
  std::string told() const { return *result ? onebot::json::write(**result) : "failed"; }
};

}  // namespace

TEST_CASE("a call asks at the path it is given, and tells what it is answered") {
  Run run;

  run.start("get_group_info", {{"group_id", "ä"}}, "/v2/groups/{id}");
  CHECK_FALSE(run.result.has_value());
  run.platform.answer(R"({"id":"1","group_name":"N"})");

  CHECK(run.platform.asked == std::vector<std::string>{"GET /v2/groups/%C3%A4"});
  CHECK(run.told() == R"({"group_id":"1","group_name":"N"})");
}

TEST_CASE("a list is asked for page after page, behind what the path asks for itself") {
  Run run;

  run.start("get_group_list");
  run.platform.answer(R"({"items":[{"group_id":"1"}],"next":"a/b"})");
  run.platform.answer(R"({"items":[{"group_id":"2"}]})");

  CHECK(run.platform.asked == std::vector<std::string>{"GET /groups?size=2", "GET /groups?size=2&page=a%2Fb"});
  CHECK(run.told() == R"([{"group_id":"1","group_name":""},{"group_id":"2","group_name":""}])");
}

TEST_CASE("what goes into a path is named as applications call it") {
  struct Looking final : kit::Asker {
    onebot::Task<onebot::Result<onebot::json::Document>> document(kit::Request request) const override {
      co_return std::unexpected(kit::address_of(request).error());
    }
  };
  const Looking looking;
  fakes::Loop loop;
  const onebot::Self self{"xx", "bot"};
  std::optional<onebot::ActionResult> result;
  const auto owner = onebot::start<onebot::ActionResult>(
      kit::run({kTable, self, looking, loop}, kRows[0], "/groups/{id}", {{"group_id", "1/members"}}),
      [&](onebot::ActionResult told) { result = std::move(told); });

  REQUIRE(result.has_value());
  CHECK(result->error().code == Retcode::bad_param);
  CHECK(result->error().message.starts_with("\"group_id\" "));
}

TEST_CASE("what is wrong with a parameter is said without asking") {
  Run run;

  run.start("xx.read");

  CHECK(run.result->error().code == Retcode::bad_param);
  CHECK(run.platform.asked.empty());
}

TEST_CASE("a failure of the platform is the action's, also on the second page") {
  Run run;

  run.start("get_group_list");
  run.platform.answer(R"({"items":[{"group_id":"1"}],"next":"2"})");
  run.platform.answer(Platform::Answer(onebot::fail(Retcode::forbidden, "no")));

  CHECK(run.result->error().code == Retcode::forbidden);
}

TEST_CASE("one item is picked from a list of a moment ago, and no longer") {
  Run run;
  run.start("xx.people", {{"group_id", "G"}});
  run.platform.answer(R"({"items":[{"id":"1"},{"id":"2"}]})");

  run.loop.advance(59s);
  run.start("xx.person", {{"group_id", "G"}, {"id", "2"}});
  CHECK(run.told() == R"({"id":"2"})");
  run.start("xx.person", {{"group_id", "G"}, {"id", "3"}});
  CHECK(run.result->error().code == Retcode::unknown_user);
  CHECK(run.platform.asked.size() == 1);
  run.start("xx.person", {{"group_id", "H"}, {"id", "2"}});
  CHECK(run.platform.asked.size() == 2);
  run.loop.advance(1s);
  run.start("xx.person", {{"group_id", "G"}, {"id", "2"}});
  CHECK(run.platform.asked.size() == 3);
  run.start("xx.people", {{"group_id", "G"}});
  CHECK(run.platform.asked.size() == 4);
}

TEST_CASE("a call that is dropped asks no more and tells nobody") {
  Run run;
  run.start("get_group_list");

  run.call.reset();

  CHECK_FALSE(run.platform.is_waiting());
  CHECK_FALSE(run.result.has_value());
}
