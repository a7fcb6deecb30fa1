#include "adapters/qq/people.h"

#include <fmt/format.h>

namespace qq {
namespace {

std::string written(const Person& person) {
  return person.direct.empty() ? std::string() : fmt::format("{} {}", person.direct, person.guild);
}

std::optional<Person> read(std::string_view record) {
  const auto blank = record.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  return Person{"", std::string(record.substr(blank + 1)), std::string(record.substr(0, blank))};
}

}  // namespace

People::People(onebot::Remember remember) : people_({kRecord, written, read}, kMost, std::move(remember)) {}

void People::learn(std::string_view user, const Person& news) {
  const Person* known = people_.find(user);
  Person person = known ? *known : Person();  // without a name, too: that somebody exists is news
  if (!news.name.empty()) person.name = news.name;
  if (!news.guild.empty()) person.guild = news.guild;
  if (!news.direct.empty()) person.direct = news.direct;
  people_.set(user, std::move(person));
}

}  // namespace qq
