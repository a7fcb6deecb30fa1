// Each platform's simulator and adapter, over real sockets: what the simulator plays becomes events, and an answer to a
// message is shown to people there.

#include "adapters/registry.h"
#include "bridge/ingress.h"
#include "tests/fakes.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using adapters::Platform;
using onebot::Event;

// What an adapter tells; it is on disk as soon as it is told.
struct Witness final : fakes::EventSink {
  explicit Witness(onebot::io::Loop& on) : loop(on) {}
  void emit(onebot::Arrival arrival) override {
    if (arrival.committed) loop.post([told = std::move(arrival.committed)] { told(true); });
    arrival.committed = nullptr;
    fakes::EventSink::emit(std::move(arrival));
  }
  onebot::io::Loop& loop;
};

// A bot on a simulated platform.
struct Bench {
  explicit Bench(const Platform& on) : platform(on) {
    simulator = platform.simulate(platform.name, loop, server, client, 0);
    REQUIRE(simulator->open({}));
    simulator->on_sent = [this](std::string_view, std::string_view text) { sent.emplace_back(text); };
    onebot::Fields section = simulator->bot();
    app = onebot::text_of(section, "app_id");
    const auto port = server.listen({}, &ingress, nullptr);
    REQUIRE(port);
    simulator->set_push_url(fmt::format("http://127.0.0.1:{}/{}/{}", *port, platform.name, app));
    auto made = platform.make(platform.name, section, host);
    REQUIRE_MESSAGE(made, made.error().message);
    adapter = *std::move(made);
    adapter->start();
  }
  ~Bench() { adapter->stop(); }

  bool turn(const std::function<bool()>& done) { return sockets::turn(loop, done); }

  const Platform& platform;
  bridge::net::Loop loop;
  bridge::net::Client client{loop, ""};
  bridge::net::Server server{loop};
  fakes::Log log;
  fakes::Loop shelf;  // of files nobody asks for
  fakes::Files files{shelf};
  bridge::Ingress ingress{log};
  Witness events{loop};
  onebot::Host host{loop, client, ingress, events, files, log};
  std::vector<std::string> sent;
  std::string app;
  std::unique_ptr<onebot::Simulator> simulator;
  std::unique_ptr<onebot::Adapter> adapter;
};

// The parameters that answer a message where it came from.
onebot::Fields answer_to(const Event& event, std::string text) {
  onebot::Fields params{{"detail_type", event.detail_type}};
  for (const onebot::Field& field : event.fields) {
    if (field.name.ends_with("_id") && field.name.find('.') == std::string::npos) params.push_back(field);
  }
  const onebot::Fields segment{{"type", "text"}, {"data", onebot::Fields{{"text", std::move(text)}}}};
  params.push_back({"message", onebot::List{segment}});
  return params;
}

}  // namespace

TEST_CASE("what a simulator plays arrives, what answers it is shown there, and its bot has an id that is no other's") {
  std::map<std::string, std::string> taken;  // by whom
  for (const Platform& platform : adapters::platforms()) {
    CAPTURE(platform.name);
    Bench bench(platform);
    REQUIRE(bench.turn([&] { return bench.adapter->online(); }));

    const auto samples = bench.simulator->samples();
    REQUIRE_FALSE(samples.empty());
    for (const std::string_view sample : samples) {
      const std::size_t before = bench.events.arrivals.size();
      const auto native = onebot::json::Document::parse(sample);
      REQUIRE_MESSAGE(native, sample);
      REQUIRE_MESSAGE(bench.simulator->play(native->root()), sample);
      CHECK_MESSAGE(bench.turn([&] { return bench.events.arrivals.size() > before; }), sample);
    }

    const auto events = bench.events.events();
    const auto message = std::ranges::find(events, "message", &Event::type);
    REQUIRE(message != events.end());
    std::optional<onebot::ActionResult> result;
    bench.adapter->call({.name = "send_message", .params = answer_to(*message, "an answer")},
                        onebot::Reply([&](onebot::ActionResult told) { result = std::move(told); }));
    REQUIRE(bench.turn([&] { return result.has_value(); }));
    CHECK_MESSAGE(*result, result->error().message);
    const auto shown = [&](const std::string& text) { return text.find("an answer") != std::string::npos; };
    CHECK(std::ranges::any_of(bench.sent, shown));

    for (const std::string_view id : {std::string_view(bench.adapter->self().user_id), std::string_view(bench.app)}) {
      if (id.empty()) continue;  // some platforms tell it late
      const auto [other, first] = taken.emplace(id, platform.name);
      CHECK_MESSAGE((first || other->second == platform.name), id << " is also the id of a bot of " << other->second);
    }
  }
}
