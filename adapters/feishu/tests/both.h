// A platform and a bot in two worlds of fakes, joined as if by a network.

#pragma once

#include "adapters/feishu/simulator/simulator.h"
#include "adapters/feishu/tests/rig.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig {

struct Both {
  fakes::World platform_world, bot_world;
  std::unique_ptr<onebot::Simulator> simulator;
  std::unique_ptr<onebot::Adapter> adapter;
  std::vector<std::string> sent;
  std::vector<std::shared_ptr<fakes::Answered>> pushed;

  explicit Both(std::string_view platform) {
    auto& world = platform_world;
    simulator = feishu::make_simulator(platform, world.loop, world.server, world.client);
    REQUIRE(simulator->open({}).has_value());
    simulator->on_sent = [this](std::string_view chat, std::string_view text) {
      sent.push_back(std::string(chat) + ": " + std::string(text));
    };
    bot_world.client.script = [this](const io::HttpRequest& request) { return ask(request); };
    const Fields section = simulator->bot();
    adapter = *feishu::make(platform, section, bot_world.host);
    adapter->start();
    path_ = "/" + std::string(platform) + "/" + std::string(onebot::text_of(section, "app_id"));
    simulator->set_push_url("http://bridge" + path_);
    run();
  }

  io::HttpResponse ask(io::HttpRequest request) {
    request.url = request.url.substr(request.url.find('/', 8));
    if (const auto at = request.url.find('?'); at != std::string::npos) {
      request.query = request.url.substr(at + 1);
      request.url.resize(at);
    }
    const auto answered = platform_world.server.request(std::move(request));
    REQUIRE(answered->response.has_value());
    return *answered->response;
  }
  io::HttpResponse knob(std::string method, std::string url, std::string body = "") {
    return ask({.method = std::move(method), .url = "http://platform" + url, .body = std::move(body)});
  }
  // What the simulator was sent: one member of each message.
  std::vector<std::string> shown(std::string_view member) {
    const Document all = parse(knob("GET", "/simulator/sent").body);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < all.root().size(); ++i) {
      const auto value = all.root()[i].at(member);
      out.push_back(value.is_bool() ? value.dump() : value.text());
    }
    return out;
  }
  void hear(std::string_view native) {
    REQUIRE(simulator->play(parse(native).root()).has_value());
    run();
  }
  // Hands every push to the bot, and the bot's answers back; the bridge stores at once.
  void run(bool stored = true) {
    for (int turn = 0; turn < 20; ++turn) {
      platform_world.loop.run(), bot_world.loop.run();
      auto& calls = platform_world.client.calls;
      for (; carried_ < calls.size(); ++carried_) {
        auto call = calls[carried_];
        auto answered = bot_world.ingress.push(path_, call->request);
        bot_world.loop.run();
        for (; committed_ < bot_world.events.arrivals.size(); ++committed_) {
          if (auto& done = bot_world.events.arrivals[committed_].committed) done(stored);
        }
        if (answered->response) call->answer_with(*answered->response);
        pushed.push_back(answered);
      }
    }
  }
  std::shared_ptr<Told> call(std::string name, Fields params = {}) {
    auto told = std::make_shared<Told>();
    adapter->call({.name = std::move(name), .params = std::move(params)},
                  onebot::Reply([told](onebot::ActionResult result) { told->result = std::move(result); }));
    run();
    return told;
  }
  std::vector<Event> events() const { return bot_world.events.events(); }

 private:
  std::string path_;
  std::size_t carried_ = 0, committed_ = 0;
};

}  // namespace rig
