// IdSource: where `onebridge ids` finds numbers and puts them: a data folder that no bridge runs on (ids_folder.h), or
// the bridge that runs on it (ids_running.h).

#pragma once

#include "bridge/journal/id_pages.h"
#include "bridge/process/ids_query.h"
#include "onebot/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class IdSource {
 public:
  virtual ~IdSource() = default;
  // By kind, platform and native, rows first.
  virtual onebot::Status each(const IdQuery& query, const std::function<void(const journal::IdEntry&)>& use) = 0;
  virtual onebot::Status each_group(const std::function<void(std::string_view group)>& use) = 0;  // of the log
  // All or nothing, and on disk when it returns. What clashes, one line each.
  virtual onebot::Result<std::vector<std::string>> take(const std::vector<journal::IdEntry>& entries) = 0;
};

}  // namespace bridge
