#include "adapters/qq/quotas.h"

#include "onebot/ascii.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qq {
namespace {

using std::chrono::milliseconds;
using Span = Quota::Span;
using Whose = Quota::Whose;

constexpr double kMinute = 60;
constexpr std::chrono::hours kBeijing{8};
constexpr auto kRefused = onebot::Retcode::unasked_refused;

std::unexpected<onebot::Error> used_up(const Quota& quota, Chat::Kind kind) {
  if (quota.whose == Whose::guild) {
    return onebot::fail(kRefused,
                        fmt::format("nothing in this channel can be answered now, and the {} channels of this "
                                    "guild that may be written to unasked in a day are others",
                                    quota.most));
  }
  return onebot::fail(
      kRefused, fmt::format("nothing in this {} can be answered now, and the {} messages a {} that may be sent unasked "
                            "{} are used up",
                            kind == Chat::Kind::c2c ? "private chat" : described(kind), quota.most,
                            span_name(quota.span), quota.whose == Whose::bot ? "by this bot" : "to it"));
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) found.push_back(onebot::take_word(text));
  return found;
}

}  // namespace

Quotas::Quotas(std::vector<Quota> quotas, onebot::Remember remember)
    : quotas_(std::move(quotas)),
      remember_(std::move(remember)),
      monthly_(std::ranges::find(quotas_, Span::month, &Quota::span) != quotas_.end()) {}

Quotas::Dates Quotas::dates_at(double wall) {
  const std::chrono::sys_seconds there{std::chrono::seconds(static_cast<std::int64_t>(wall)) + kBeijing};
  const auto day = std::chrono::floor<std::chrono::days>(there);
  const std::chrono::year_month_day date{day};
  const int month = static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()));
  return {static_cast<int>(day.time_since_epoch().count()), month};
}

std::string Quotas::subject(const To& to, Whose whose) {
  if (whose == Whose::bot) return fmt::format("bot:{}", scene(to.chat.kind));
  if (whose == Whose::guild) return to.guild.empty() ? std::string() : fmt::format("guild:{}", to.guild);
  return to.user.empty() ? chat_key(to.chat) : fmt::format("dm-user:{}", to.user);
}

// --- what was counted ---

// Whichever way the clock went: another day is another count.
void Quotas::turn(Count& count, double wall) {
  while (!count.minute.empty() && (wall - count.minute.front() >= kMinute || count.minute.front() > wall)) {
    count.minute.pop_front();
  }
  const Dates now = dates_at(wall);
  if (std::exchange(count.dates.day, now.day) != now.day) {
    count.today = 0;
    count.channels.clear();
  }
  if (std::exchange(count.dates.month, now.month) != now.month) count.in_month = 0;
}

int Quotas::used(const Count& count, const Quota& quota, const To& to, double wall) {
  if (quota.whose == Whose::guild) {
    const bool among = std::ranges::find(count.channels, to.chat.openid) != count.channels.end();
    return among ? 0 : static_cast<int>(count.channels.size());
  }
  switch (quota.span) {
    case Span::second:
      return static_cast<int>(std::ranges::count_if(count.minute, [wall](double sent) { return wall - sent < 1; }));
    case Span::minute:
      return static_cast<int>(count.minute.size());
    case Span::day:
      return count.today;
    case Span::month:
      return count.in_month;
  }
  return 0;
}

onebot::Result<milliseconds> Quotas::take(const To& to, double wall) {
  if (counts_.size() >= kMost) drop_past(wall);
  if (counts_.size() >= kMost) return onebot::fail(kRefused, "too many chats were written to unasked today");
  milliseconds wait{0};
  for (const Quota& quota : quotas_) {
    const auto found = quota.kind == to.chat.kind ? counts_.find(subject(to, quota.whose)) : counts_.end();
    if (found == counts_.end()) continue;
    turn(found->second, wall);
    if (used(found->second, quota, to, wall) < quota.most) continue;
    if (quota.span != Span::second) return used_up(quota, to.chat.kind);
    wait = milliseconds(1000);
  }
  if (wait > milliseconds(0)) return wait;
  for (const Whose whose : {Whose::chat, Whose::guild, Whose::bot}) add(to, whose, wall);
  return wait;
}

void Quotas::add(const To& to, Whose whose, double wall) {
  const auto concerns = [&](const Quota& quota) { return quota.kind == to.chat.kind && quota.whose == whose; };
  const std::string key = subject(to, whose);
  if (key.empty() || std::ranges::none_of(quotas_, concerns)) return;
  Count& count = counts_[key];
  turn(count, wall);
  const bool moments = std::ranges::any_of(quotas_, [&](const Quota& quota) {
    return concerns(quota) && (quota.span == Span::second || quota.span == Span::minute);
  });
  if (moments) count.minute.push_back(wall);
  if (count.minute.size() > kMostInMinute) count.minute.pop_front();
  ++count.today;
  ++count.in_month;
  if (whose == Whose::guild && std::ranges::find(count.channels, to.chat.openid) == count.channels.end()) {
    count.channels.push_back(to.chat.openid);
  }
  write(key, count);
}

// --- what of it is kept ---

bool Quotas::past(const Count& count, Dates now) const {
  return count.dates.day != now.day && (!monthly_ || count.dates.month != now.month);
}

void Quotas::drop_past(double wall) {
  const Dates now = dates_at(wall);
  std::erase_if(counts_, [&](const auto& entry) {
    if (!past(entry.second, now)) return false;
    remember_({std::string(kRecord), entry.first, ""});
    return true;
  });
}

void Quotas::write(const std::string& subject, const Count& count) {
  std::string record = fmt::format("{} {} {} {} {} {:.3f}", count.dates.day, count.today, count.dates.month,
                                   count.in_month, count.minute.size(), count.minute.empty() ? 0 : count.minute.back());
  for (const std::string& channel : count.channels) record += ' ' + channel;
  remember_({std::string(kRecord), subject, std::move(record)});
}

// The moments of a minute come back as that of the newest, so they count a little too long rather than too short.
std::optional<Quotas::Count> Quotas::read(std::string_view record) {
  constexpr std::size_t kNumbers = 6;
  const auto parts = words(record);
  if (parts.size() < kNumbers || parts.size() > kNumbers + kMostChannelsInDay) return std::nullopt;
  int numbers[kNumbers - 1]{};
  for (std::size_t i = 0; i < kNumbers - 1; ++i) {
    const auto value = onebot::ascii::number_in<int>(parts[i]);
    if (!value || *value < 0) return std::nullopt;
    numbers[i] = *value;
  }
  const auto newest = onebot::ascii::number_in<double>(parts[kNumbers - 1]);
  if (!newest || !std::isfinite(*newest) || numbers[4] > kMostInMinute) return std::nullopt;
  return Count{std::deque<double>(static_cast<std::size_t>(numbers[4]), *newest),
               {numbers[0], numbers[2]},
               numbers[1],
               numbers[3],
               {parts.begin() + kNumbers, parts.end()}};
}

void Quotas::recall(const std::vector<onebot::Record>& records, double wall) {
  const Dates now = dates_at(wall);
  for (const onebot::Record& record : records) {
    auto count = read(record.value);
    if (!count || past(*count, now) || counts_.size() >= kMost) {
      remember_({std::string(kRecord), record.key, ""});
      continue;
    }
    counts_[record.key] = std::move(*count);
  }
}

}  // namespace qq
