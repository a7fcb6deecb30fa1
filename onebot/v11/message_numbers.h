// Numbers of messages: from 1 to 2^31-1, counted upwards over all bots in the order of the log, so that a later message
// has a larger one.
//
// They are taken from blocks of 4,096 that are reserved ahead: a run that ends leaves the rest of its block unused. The
// first ever is the count of seconds since 2020, so that a lost folder does not give yesterday's numbers to today's
// messages. Behind the last comes 1, and what is still somebody's is stepped over.

#pragma once

#include "onebot/v11/rows.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace onebot::v11 {

inline constexpr Number kMostMessage = 2'147'483'647;
inline constexpr Number kMessageBlock = 4'096;
// Begins the native id of a message that has none at its platform: a press that is told as one.
inline constexpr std::string_view kInvented = "onebot11:";

class MessageNumbers {
 public:
  // now: seconds since the epoch.
  MessageNumbers(MessageRows& rows, Reserve& reserve, Number now);

  // The number of row.native at row.bot; one that has none yet gets one, and one without a native id always does. What
  // a row did not know yet is taken from `row`, whose own number does not matter.
  Number number(MessageRow row);
  // The same message under another name; the first that bears it keeps it. "" names nothing.
  void alias(std::string_view bot, std::string_view alias, Number number);
  std::optional<MessageRow> find(Number number) const { return rows_.find(number); }
  std::optional<MessageRow> find(std::string_view bot, std::string_view native) const {
    return rows_.find(bot, native);
  }
  // The last messages of a chat before a number, the last first.
  std::vector<MessageRow> in_chat(const Chat& chat, Number below, std::size_t most) const {
    return rows_.in_chat(chat, below, most);
  }

 private:
  Number next();

  MessageRows& rows_;
  Reserve& reserve_;
  Number next_ = 0;
  Number end_ = 0;  // of the reserved block
};

}  // namespace onebot::v11
