// People: what is known of those who wrote: a name, the guild they were last seen in, and the guild's direct messages
// with them. The platform tells none of it to who asks by an id alone.
// Platform: server-inter/channel/message/dms.

#pragma once

#include "adapters/kit/remembered.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

struct Person {
  std::string name{};
  std::string guild{};   // a real guild; "" = none known
  std::string direct{};  // guild_id of the direct messages with them; "" = none open
};

// On disk are only those with direct messages: record = "direct", user id -> direct " " guild
class People {
 public:
  static constexpr std::string_view kRecord = "direct";
  static constexpr std::size_t kMost = 10'000;

  explicit People(onebot::Remember remember);

  void recall(const std::vector<onebot::Record>& records) { people_.recall(records); }
  // What is "" stays as it was known.
  void learn(std::string_view user, const Person& news);
  const Person* find(std::string_view user) const { return people_.find(user); }

 private:
  kit::Remembered<Person> people_;
};

}  // namespace qq
