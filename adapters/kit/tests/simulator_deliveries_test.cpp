#include "adapters/kit/simulator/deliveries.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using kit::simulator::Deliveries;
using onebot::Fields;

namespace {

struct Depot {
  fakes::World world;
  Deliveries deliveries{world.loop, {.waits = {1s, 10s}}};

  void begin(std::string id, bool once = false) {
    deliveries.begin(
        {.id = id,
         .event = "event",
         .attempt =
             [this, id](Deliveries::Told told) {
               return kit::simulator::post(world.client, {.url = "http://bot", .body = id}, std::move(told));
             },
         .is_taken = [](const Deliveries::Answer& answer) { return answer.status == 200 && answer.text == "ok"; },
         .once = once});
  }
  std::shared_ptr<fakes::Client::Call> call(std::size_t number) const { return world.client.calls.at(number); }
  std::size_t calls() const { return world.client.calls.size(); }
  std::string list() const {
    return onebot::json::write(deliveries.list([](const Deliveries::Delivery& delivery) {
      return Fields{
          {"id", delivery.id}, {"statuses", delivery.statuses}, {"answer", delivery.answer}, {"taken", delivery.taken}};
    }));
  }
};

}  // namespace

TEST_CASE("a delivery is posted, and again after each wait until it is taken") {
  Depot depot;
  depot.begin("a");
  CHECK(depot.call(0)->request.method == "POST");
  CHECK(depot.call(0)->request.timeout == 3s);

  depot.call(0)->answer(500, "");
  depot.world.loop.advance(999ms);
  CHECK(depot.calls() == 1);
  depot.world.loop.advance(1ms);
  depot.call(1)->fail("nobody there");
  depot.world.loop.advance(10s);
  depot.call(2)->answer(200, "ok");
  depot.world.loop.advance(1h);

  CHECK(depot.calls() == 3);
  CHECK(depot.list() == R"([{"id":"a","statuses":[500,0,200],"answer":"ok","taken":true}])");
}

TEST_CASE("after its last wait a delivery is given up") {
  Depot depot;
  depot.begin("a");

  for (std::size_t i = 0; i < 3; ++i) {
    depot.call(i)->answer(200, "no");
    depot.world.loop.advance(1h);
  }

  CHECK(depot.calls() == 3);
  CHECK(depot.list() == R"([{"id":"a","statuses":[200,200,200],"answer":"no","taken":false}])");
}

TEST_CASE("one that insists comes again although it was taken; one of once never does") {
  Depot depot;
  depot.deliveries.ladder().insists = true;
  depot.begin("a");
  depot.begin("b", true);

  depot.call(0)->answer(200, "ok");
  depot.call(1)->answer(500, "");
  depot.world.loop.advance(1s);

  REQUIRE(depot.calls() == 3);
  CHECK(depot.call(2)->request.body == "a");
}

TEST_CASE("waits that are changed count for deliveries that are under way") {
  Depot depot;
  depot.begin("a");
  depot.deliveries.ladder().waits = {5ms};

  depot.call(0)->answer(500, "");
  depot.world.loop.advance(5ms);

  CHECK(depot.calls() == 2);
}
