#include "adapters/qq/quotas.h"

#include <fmt/format.h>

namespace qq {
namespace {

constexpr double kMinute = 60, kDay = 86'400;
constexpr onebot::Retcode kRefused{34005};

onebot::Status used_up(std::string_view whose, int most, std::string_view span, const Chat& chat) {
  return onebot::fail(
      kRefused, fmt::format("nothing in this {} can be answered now, and the {} {} messages a {} that "
                            "may be sent unasked are used up",
                            chat.kind == Chat::Kind::c2c ? "private chat" : described(chat.kind), most, whose, span));
}

}  // namespace

Quotas::Limit Quotas::of_chat(Chat::Kind kind) {
  constexpr Limit kLimits[] = {{20, 1000}, {20, 1000}, {0, 20}, {0, 2}};
  return kLimits[static_cast<std::size_t>(kind)];
}

Quotas::Limit Quotas::of_bot(Chat::Kind kind) const {
  constexpr Limit kUnverified[] = {{30, 0}, {30, 0}, {0, 0}, {0, 200}},
                  kVerified[] = {{600, 0}, {60, 0}, {0, 0}, {0, 200}};
  return (standing_ == Standing::verified ? kVerified : kUnverified)[static_cast<std::size_t>(kind)];
}

void Quotas::turn(Day& day, double wall) {
  while (!day.minute.empty() && wall - day.minute.front() >= kMinute) day.minute.pop_front();
  if (wall - day.began < kDay) return;
  day.began = wall;
  day.sent = 0;
}

onebot::Status Quotas::take(const Chat& chat, double wall) {
  if (chats_.size() >= kMostChats) {
    std::erase_if(chats_, [wall](const auto& entry) { return wall - entry.second.began >= kDay; });
  }
  if (chats_.size() >= kMostChats) return onebot::fail(kRefused, "too many chats were written to unasked today");
  struct Side {
    Day& day;
    Limit limit{};
    std::string_view whose{};
  } sides[] = {{chats_[chat_key(chat)], of_chat(chat.kind), "of this chat"},
               {bot_[std::string(scene(chat.kind))], of_bot(chat.kind), "of this bot"}};
  for (Side& side : sides) {
    turn(side.day, wall);
    const auto in_minute = static_cast<int>(side.day.minute.size());
    if (side.limit.per_minute && in_minute >= side.limit.per_minute) {
      return used_up(side.whose, side.limit.per_minute, "minute", chat);
    }
    if (side.limit.per_day && side.day.sent >= side.limit.per_day) {
      return used_up(side.whose, side.limit.per_day, "day", chat);
    }
  }
  for (Side& side : sides) {
    if (side.limit.per_minute) side.day.minute.push_back(wall);
    ++side.day.sent;
  }
  return {};
}

}  // namespace qq
