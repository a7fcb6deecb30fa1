#include "onebot/v11/message_numbers.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace onebot::v11 {
namespace {

constexpr Number kStartOf2020 = 1'577'836'800;

// What this row says and the other did not; whether that is anything.
bool complete(MessageRow& row, MessageRow& more) {
  const auto before = std::pair(row.chat, row.event);
  if (row.chat.empty()) std::tie(row.chat_kind, row.chat) = std::pair(more.chat_kind, std::move(more.chat));
  if (row.event == 0 && more.event != 0) {
    row.event = more.event;
    row.at = more.at;
    row.sender = std::move(more.sender);
    row.body = std::move(more.body);
  }
  return before != std::pair(row.chat, row.event);
}

}  // namespace

MessageNumbers::MessageNumbers(MessageRows& rows, Reserve& reserve, Number now) : rows_(rows), reserve_(reserve) {
  next_ = std::max({reserve.reserved(), now - kStartOf2020, Number{1}});
  end_ = next_;
}

Number MessageNumbers::next() {
  for (;;) {
    if (next_ > kMostMessage) next_ = end_ = 1;
    if (next_ == end_) {
      end_ = std::min(next_ + kMessageBlock, kMostMessage + 1);
      reserve_.reserve(end_);
    }
    const Number number = next_++;
    if (!rows_.find(number)) return number;
  }
}

Number MessageNumbers::number(MessageRow row) {
  auto known = row.native.empty() ? std::nullopt : rows_.find(row.bot, row.native);
  if (!known) {
    row.number = next();
    rows_.put(row);
    return row.number;
  }
  if (complete(*known, row)) rows_.put(*known);
  return known->number;
}

void MessageNumbers::alias(std::string_view bot, std::string_view alias, Number number) {
  if (alias.empty()) return;
  const auto known = rows_.find(bot, alias);
  if (known && !known->native.empty() && known->native != alias) return;  // it leads to a message already
  if (known && known->number == number) return;
  rows_.put_alias(bot, alias, number);
}

}  // namespace onebot::v11
