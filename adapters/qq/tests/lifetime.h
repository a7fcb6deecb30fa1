// A bot and the simulated platform on one clock, with everything that can go wrong between them.

#pragma once

#include "adapters/qq/adapter.h"
#include "adapters/qq/simulator/simulator.h"
#include "adapters/qq/tests/pair.h"
#include "onebot/json.h"
#include "tests/fakes.h"
#include "tests/fakes_secrets.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq::test {

class Lifetime {
 public:
  explicit Lifetime(onebot::Fields more = {});

  // Ends the bot's process, and starts it with what it kept. Pushes come to /qq/<app_id>.
  void restart();
  void stop() { bot_.reset(); }
  // Time passes in steps, and whatever is sent arrives with the next one.
  void pass(std::chrono::milliseconds time, std::chrono::milliseconds step = std::chrono::milliseconds(500));
  void play(std::string_view native);
  // POST /simulator/...
  void order(std::string_view what, std::string_view query = "", std::string body = "");
  onebot::json::Document ask(std::string_view path);  // GET /simulator/...
  std::int64_t state(std::string_view name) { return ask("state").root().at(name).integer().value_or(-1); }
  // false: names no longer resolve, and connections break.
  void network(bool up);

  bool online() const { return bot_ && bot_->online(); }
  // Of its secrets, and of the tokens it was given.
  std::optional<std::string> told_secret() const {
    return fakes::told_secret(fakes::secrets_of(section_, client_), world_.log, events_);
  }
  fakes::EventSink& events() { return events_; }
  fakes::Log& log() { return world_.log; }
  fakes::Ingress& ingress() { return world_.ingress; }

 private:
  bool carry();
  bool carry_calls();
  bool carry_pushes();

  fakes::World world_{};  // of the platform; its client pushes
  fakes::Client client_{world_.loop};
  fakes::EventSink events_{};
  onebot::Host host_{world_.loop, client_, world_.ingress, events_, world_.files, world_.log};
  std::unique_ptr<onebot::Simulator> platform_;
  onebot::Fields section_{}, more_;
  std::unique_ptr<onebot::Adapter> bot_{};
  std::vector<Pair> pairs_{};
  std::size_t called_ = 0, linked_ = 0, pushed_ = 0;
  std::vector<std::pair<std::shared_ptr<fakes::Client::Call>, std::shared_ptr<fakes::Answered>>> waiting_{};
  std::size_t committed_ = 0;
  bool up_ = true;
};

}  // namespace qq::test
