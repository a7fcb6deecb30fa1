// KeptAnswers: what platforms answered a while ago to questions of who and where. Frameworks ask for everybody
// everywhere whenever they connect, and no platform is asked for that each time.
//
//   question = bot, OneBot 12 action, parameters
//   an answer holds for kFresh, unless an event or an action says before that it has changed
//
// Kept are results, and refusals that would come again; what failed on the way is asked for anew.

#pragma once

#include "onebot/action.h"
#include "onebot/event.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace onebot::v11 {

class KeptAnswers {
 public:
  static constexpr std::size_t kMost = 4'096, kMostBytes = 16 << 20;  // then the oldest give way
  static constexpr std::chrono::minutes kFresh{5};
  static constexpr std::chrono::minutes kAnew{1};  // for who wants no old ones: still not each time

  // bot: "platform/app_id"; now: of the loop's clock.
  std::optional<ActionResult> find(std::string_view bot, const Action& question, bool anew,
                                   std::chrono::milliseconds now) const;
  // How often something has changed. An answer is kept when nothing has since its question was asked.
  std::uint64_t changes() const { return changes_; }
  void keep(std::string_view bot, const Action& question, const ActionResult& answer, std::uint64_t changes,
            std::chrono::milliseconds now);

  void on_event(std::string_view bot, const Event& event);
  void on_done(std::string_view bot, const Action& action);  // it went well, and was no question

 private:
  using Key = std::pair<std::string, std::string>;  // what it is about, and the question
  struct Kept {
    Key key{};
    std::chrono::milliseconds at{};
    std::string data{};            // JSON
    std::optional<Error> error{};  // instead
    std::size_t bytes() const { return 2 * (key.first.size() + key.second.size()) + data.size() + sizeof(Kept); }
  };
  using Order = std::list<Kept>;  // oldest first
  void forget(const std::string& about, std::string_view action = {});
  void forget(std::map<Key, Order::iterator>::iterator question);

  Order order_;
  std::map<Key, Order::iterator> by_question_;
  std::size_t bytes_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace onebot::v11
