// Asking: the requests of one link, or of one bot over HTTP. Each is answered exactly once: with its result, at once
// when its name says so, or when it takes too long.
//
//   request = ".handle_quick_operation": the requests that do the same, one after the other
//           | any other: the uploads it needs, one after the other, then one action of OneBot 12

#pragma once

#include "onebot/lifetime.h"
#include "onebot/v11/actions.h"
#include "onebot/v11/answers.h"
#include "onebot/v11/connect/ground.h"
#include "onebot/v11/connect/refusals.h"
#include "onebot/v11/connect/uploads.h"
#include "onebot/v11/requests.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace onebot::v11::connect {

struct AskingOptions {
  Options events{};                                    // of the section: how its ids and messages look
  bool at_sender = true;                               // of quick operations
  std::chrono::milliseconds rate_limit_interval{500};  // between actions that wait for their turn
  std::chrono::milliseconds patience{55'000};  // for an answer; one client ends its link when it has none in a minute
};

struct Answer {
  std::string text{};
  Retcode code = Retcode::ok;
};

class Asking {
 public:
  static constexpr std::size_t kMostInTurn = 1'000;

  // remote: who asks, for log lines. All of these outlive it.
  Asking(const Ground& ground, const Bot& bot, AskingOptions options, const Refusals& refusals, std::string remote);

  void ask(RequestRead read, Told<Answer> done);
  // The answer to an event: done one after the other; the first failure, or ok.
  void operate(const Fields& context, const Fields& operation, Told<ActionResult> done);
  // Everything that waits is answered with this now.
  void stop(const Error& error);

 private:
  // told: what is said beside a result that is ok.
  using Done = std::function<void(const ActionResult& result, std::string_view told)>;
  struct Waiting {
    std::string action{};
    Echo echo{};
    Told<Answer> done{};
    io::Owner deadline{};
  };
  struct Course;
  struct Operation;

  template <class Use>
  auto here(Use use) const;  // use(const Here&)
  void answer(std::uint64_t number, const ActionResult& result, std::string_view told);
  void not_in_time(std::uint64_t number);
  Status check(const Request& request) const;
  void start(Request request, Done done);
  void in_turn(Request request, Done done);
  void next_turn();
  void run(Request request, Done done);
  void upload(const std::shared_ptr<Course>& course);
  void act(const std::shared_ptr<Course>& course);
  std::optional<ActionResult> kept(const Asked& asked) const;
  void keep(const Asked& asked, const ActionResult& result, std::uint64_t changes);
  void finish(const std::shared_ptr<Course>& course, ActionResult result);
  void step(const std::shared_ptr<Operation>& operation);
  void call(Action action, Told<ActionResult> done);

  const Ground& ground_;
  const Bot& bot_;
  const AskingOptions options_;
  const Refusals& refusals_;
  const std::string remote_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t count_ = 0;
  Fetched fetched_;
  std::deque<std::pair<Request, Done>> turns_;
  io::Owner turning_;
  Lifetime lifetime_;  // a result may come after our end
};

}  // namespace onebot::v11::connect
