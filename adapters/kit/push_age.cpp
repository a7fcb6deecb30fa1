#include "adapters/kit/push_age.h"

#include <fmt/format.h>

#include <algorithm>

namespace kit {

using std::chrono::milliseconds;

onebot::Result<milliseconds> read_push_max_age(const Section& section) {
  const milliseconds age = section.duration("push_max_age");
  if (age >= std::chrono::seconds(1) && age <= kMostPushAge) return age;
  return onebot::fail(onebot::Retcode::bad_param,
                      fmt::format("push_max_age: allowed: 1000 to {} (milliseconds)", kMostPushAge.count()));
}

bool is_timely(double sent, double wall, milliseconds max_age) {
  using Seconds = std::chrono::duration<double>;
  const double age = wall - sent;
  return age <= Seconds(max_age).count() && -age <= Seconds(std::min<milliseconds>(max_age, kMostAhead)).count();
}

}  // namespace kit
