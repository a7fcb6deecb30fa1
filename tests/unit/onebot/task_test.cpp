#include "onebot/task.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace std::chrono_literals;
using onebot::Result;
using onebot::start;
using onebot::Task;

namespace {

// What is alive of a task: each part of it holds one.
using Alive = std::shared_ptr<int>;

struct Steps {
  fakes::World world{};
  Alive alive = std::make_shared<int>(0);
  std::vector<std::string> told{};
  onebot::io::Owner owner{};

  auto tell() {
    return [this](std::string result) { told.push_back(std::move(result)); };
  }
  long parts() const { return alive.use_count() - 1; }
};

Task<Result<std::string>> read(fakes::World& world, std::string id, Alive alive) {
  ONEBOT_CO_TRY(file, co_await onebot::opened(world.files, std::move(id)));
  const Alive inner = alive;
  co_return co_await onebot::bytes_of(world.files, file, 0, 3);
}

// A reading of a file with a pause before it.
Task<Result<std::string>> read_late(fakes::World& world, std::string id, Alive alive) {
  co_await onebot::pause(world.loop, 5s);
  co_return co_await read(world, std::move(id), std::move(alive));
}

// An answer, three pauses inside other tasks, and two of a loop.
Task<std::string> story(fakes::World& world, std::string id, Alive alive) {
  onebot::io::HttpRequest request{.url = "http://a.test/"};
  auto answer = co_await onebot::answer_to(world.client, std::move(request));
  const Alive second = alive;
  if (!answer) co_return "unanswered: " + answer.error().message;
  auto bytes = co_await read_late(world, id, alive);
  if (!bytes) co_return "unread: " + bytes.error().message;
  std::string text = answer->body + *bytes;
  for (int i = 0; i < 2; ++i) {
    const Alive each = alive;
    co_await onebot::pause(world.loop, 1s);
    text += '.';
  }
  co_return text;
}

Task<int> one(int value) { co_return value; }

Task<std::string> sum_of_many(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await one(1);
  co_return std::to_string(sum);
}

Task<std::string> told_inside(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    sum += co_await onebot::until_told<int>([](auto tell) -> onebot::io::Owner {
      tell(1);
      return nullptr;
    });
  }
  co_return std::to_string(sum);
}

Task<std::string> drops_its_owner(Steps& steps, Alive alive) {
  co_await onebot::pause(steps.world.loop, 1s);
  steps.owner.reset();
  alive.reset();
  co_await onebot::pause(steps.world.loop, 1s);
  steps.told.push_back("went on");
  co_return "ended";
}

}  // namespace

TEST_CASE("the steps of a task follow each other and its result is told once") {
  Steps steps;
  const std::string id = steps.world.files.add("f", "abcdef");
  steps.owner = start<std::string>(story(steps.world, id, steps.alive), steps.tell());
  steps.world.client.calls.at(0)->answer(200, "x");
  steps.world.loop.advance(10s);

  CHECK(steps.told == std::vector<std::string>{"xabc.."});
  CHECK(steps.parts() == 0);
}

TEST_CASE("a task that is not started does nothing, and one that is dropped unstarted leaves nothing") {
  Steps steps;
  { const auto task = story(steps.world, "f", steps.alive); }

  CHECK(steps.world.client.calls.empty());
  CHECK(steps.parts() == 0);
}

TEST_CASE("an error of a step is the answer of the task that awaits it") {
  Steps steps;
  steps.owner = start<std::string>(story(steps.world, "none", steps.alive), steps.tell());
  steps.world.client.calls.at(0)->answer(200, "x");
  steps.world.loop.advance(10s);

  CHECK(steps.told == std::vector<std::string>{"unread: there is no such file"});
}

TEST_CASE("dropping the owner at any pause destroys the task and all it awaits, and nothing of it is called") {
  for (const auto waited : {-1s, 0s, 4s, 5s, 6s}) {
    CAPTURE(waited);
    Steps steps;
    fakes::World& world = steps.world;
    steps.owner = start<std::string>(story(world, world.files.add("f", "abcdef"), steps.alive), steps.tell());
    if (waited >= 0s) world.client.calls.at(0)->answer(200, "x");
    if (waited >= 0s) world.loop.advance(waited);
    REQUIRE(steps.parts() > 0);

    steps.owner.reset();

    CHECK(steps.parts() == 0);
    CHECK(world.loop.timers() == 0);
    CHECK_FALSE(world.client.calls.at(0)->done);
    world.loop.advance(20s);
    CHECK(steps.told.empty());
  }
}

TEST_CASE("a task is destroyed while a file is opened for it and while one is read") {
  for (const bool opened : {false, true}) {
    CAPTURE(opened);
    Steps steps;
    fakes::World& world = steps.world;
    const std::string id = world.files.add("f", "abcdef");
    const auto drop = [&steps] { steps.owner.reset(); };
    if (!opened) world.loop.post(drop);
    steps.owner = start<Result<std::string>>(read(world, id, steps.alive), [&](auto) { steps.told.push_back("told"); });
    if (opened) world.loop.post(drop);  // which runs between the two answers
    world.loop.run();

    CHECK(steps.told.empty());
    CHECK(steps.parts() == 0);
  }
}

TEST_CASE("who is told the result may destroy the owner, and the task is gone by then") {
  Steps steps;
  long left = -1;
  steps.owner = start<Result<std::string>>(read_late(steps.world, "none", steps.alive), [&](auto) {
    left = steps.parts();
    steps.owner.reset();
    steps.told.push_back("told");
  });
  steps.world.loop.advance(5s);

  CHECK(steps.told.size() == 1);
  CHECK(left == 0);
}

TEST_CASE("a task whose own step drops its owner gets as far as its next pause and no further") {
  Steps steps;
  steps.owner = start<std::string>(drops_its_owner(steps, steps.alive), steps.tell());
  steps.world.loop.advance(10s);

  CHECK(steps.told.empty());
  CHECK(steps.parts() == 0);
  CHECK(steps.world.loop.timers() == 0);
}

TEST_CASE("a hundred thousand steps that end at once do not grow the stack") {
  Steps steps;
  steps.owner = start<std::string>(sum_of_many(100'000), steps.tell());
  auto other = start<std::string>(told_inside(100'000), steps.tell());

  CHECK(steps.told == std::vector<std::string>{"100000", "100000"});
}
