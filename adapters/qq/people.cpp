#include "adapters/qq/people.h"

#include <fmt/format.h>

namespace qq {

void People::recall(const std::vector<onebot::Record>& records) {
  for (const onebot::Record& record : records) {
    const auto blank = record.value.find(' ');
    if (blank == std::string::npos || !people_.try_emplace(record.key).second) continue;
    people_[record.key] = {"", record.value.substr(blank + 1), record.value.substr(0, blank)};
    order_.push_back(record.key);
  }
}

void People::learn(std::string_view user, const Person& news) {
  if (user.empty()) return;  // without a name, too: that somebody exists is news
  const auto [found, fresh] = people_.try_emplace(std::string(user));
  Person& person = found->second;
  const bool opened = !news.direct.empty() && news.direct != person.direct;
  if (!news.name.empty()) person.name = news.name;
  if (!news.guild.empty()) person.guild = news.guild;
  if (opened) person.direct = news.direct;
  if (opened) remember_({std::string(kRecord), found->first, fmt::format("{} {}", person.direct, person.guild)});
  if (!fresh) return;
  order_.push_back(found->first);
  if (order_.size() <= kMost) return;
  const auto oldest = people_.find(order_.front());
  if (!oldest->second.direct.empty()) remember_({std::string(kRecord), oldest->first, ""});
  people_.erase(oldest);
  order_.pop_front();
}

const Person* People::find(std::string_view user) const {
  const auto found = people_.find(std::string(user));
  return found == people_.end() ? nullptr : &found->second;
}

}  // namespace qq
