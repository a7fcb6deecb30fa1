#include "adapters/qq/absence.h"

#include <variant>

namespace qq {
namespace {

constexpr std::chrono::milliseconds kLook{50};

struct Place {
  explicit Place(std::size_t& taken) : count(++taken) {}
  Place(const Place&) = delete;
  ~Place() { --count; }
  std::size_t& count;
};

}  // namespace

onebot::Task<bool> Absence::outlasts(Chat::Kind kind, std::chrono::milliseconds asked_at) {
  if (kind != Chat::Kind::c2c && kind != Chat::Kind::group) co_return false;
  if (!away_() || waiting_ >= kMost) co_return away_();
  const Place place(waiting_);
  while (away_() && loop_.now() < asked_at + kPatience) co_await onebot::pause(loop_, kLook);
  co_return away_();
}

onebot::ActionResult Absence::warn(onebot::ActionResult sent) const {
  auto* told = sent ? std::get_if<onebot::Fields>(&*sent) : nullptr;
  if (!told) return sent;
  log_.count("sent_while_away");
  told->push_back({"qq.warning", "the bot has no session at the gateway; QQ may not show what is sent meanwhile"});
  return sent;
}

}  // namespace qq
