#include "adapters/qq/identity.h"

#include <algorithm>

namespace qq {

void Identity::recall(const std::vector<onebot::Record>& records) {
  for (const onebot::Record& record : records) (record.key == "name" ? name_ : self_.user_id) = record.value;
}

bool Identity::is_in(const std::vector<onebot::Record>& records) {
  return std::ranges::any_of(records, [](const onebot::Record& record) { return record.key.empty(); });
}

bool Identity::learn(onebot::json::View user) {
  std::string id = user.at("id").text(), name = user.at("username").text();
  if (name != name_) remember_({std::string(kRecord), "name", name});
  name_ = std::move(name);
  if (id.empty() || id == self_.user_id) return false;
  self_.user_id = std::move(id);
  remember_({std::string(kRecord), "", self_.user_id});
  return true;
}

}  // namespace qq
