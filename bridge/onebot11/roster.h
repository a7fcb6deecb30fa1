// Roster: learns from every event who is where, for lists of groups, members and friends that a platform does not give.
//
// Who was seen a moment ago is not written again: a row's last_seen may be kSeenAgain older than it was.

#pragma once

#include "bridge/intake.h"
#include "bridge/journal/hot.h"
#include "onebot/event.h"
#include "onebot/io.h"
#include "onebot/v11/rows.h"

#include <chrono>
#include <string>
#include <string_view>

namespace bridge::onebot11 {

class Roster final : public EventWatch {
 public:
  static constexpr std::chrono::minutes kSeenAgain{10};

  // Both outlive it.
  Roster(onebot::io::Loop& loop, onebot::v11::RosterRows& rows);

  void on_event(std::string_view bot, const onebot::Event& event) override;

 private:
  // What was put last.
  struct Put {
    std::string name{}, card{}, role{};
    std::chrono::milliseconds at{};
  };
  using Recent = journal::Hot<std::string, Put>;

  static Recent nobody();
  void see(const onebot::v11::RosterRow& row);

  onebot::io::Loop& loop_;
  onebot::v11::RosterRows& rows_;
  Recent recent_ = nobody();
};

}  // namespace bridge::onebot11
