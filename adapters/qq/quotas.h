// Quotas: what of the quotas is left. Counted are messages sent unasked, by chat, by guild and by bot; the counts
// outlive the process. Days and months are the platform's own, which lives by Beijing time. Platform:
// server-inter/message/overview.
//
// On disk: record = "quota", subject -> day " " today " " month " " in-month " " in-minute " " newest *(" " channel)
//   subject = chat-key / "dm-user:" user / "guild:" guild / "bot:" scene
//   day, month = their numbers; in-minute and newest: how many in the minute up to then, in seconds

#pragma once

#include "adapters/qq/chat.h"
#include "adapters/qq/messages/quotas_table.h"
#include "onebot/adapter.h"
#include "onebot/result.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq {

class Quotas {
 public:
  static constexpr std::string_view kRecord = "quota";
  static constexpr std::size_t kMost = 20'000;  // subjects written to in one day, or month where a quota counts it

  Quotas(std::vector<Quota> quotas, onebot::Remember remember);

  struct To {
    Chat chat{};
    std::string user{};   // of direct messages in a guild
    std::string guild{};  // of a channel
  };

  void recall(const std::vector<onebot::Record>& records, double wall);
  // 0 ms: one is taken. Else nothing is, and it may be asked again after that time. Error: unasked_refused, which quota
  // is used up. wall: seconds.
  onebot::Result<std::chrono::milliseconds> take(const To& to, double wall);

 private:
  struct Dates {
    int day = 0, month = 0;
  };
  struct Count {
    std::deque<double> minute{};  // when the last minute's were sent; empty where no quota asks
    Dates dates{};
    int today = 0, in_month = 0;
    std::vector<std::string> channels{};  // of a guild, today
  };
  using Counts = std::map<std::string, Count, std::less<>>;

  static Dates dates_at(double wall);
  static std::optional<Count> read(std::string_view record);
  static std::string subject(const To& to, Quota::Whose whose);
  static void turn(Count& count, double wall);
  static int used(const Count& count, const Quota& quota, const To& to, double wall);
  bool past(const Count& count, Dates now) const;
  void drop_past(double wall);
  void add(const To& to, Quota::Whose whose, double wall);
  void write(const std::string& subject, const Count& count);

  std::vector<Quota> quotas_;
  onebot::Remember remember_;
  bool monthly_ = false;  // some quota counts months
  Counts counts_{};
};

}  // namespace qq
