#include "adapters/feishu/rates.h"

#include <string_view>

namespace feishu {

std::vector<kit::Rate> rates(const OwnPaths& paths) {
  using For = kit::Rate::For;
  using namespace std::chrono_literals;
  std::vector<kit::Rate> rows;
  for (const std::string_view path : {std::string_view(paths.send), std::string_view(paths.reply)}) {
    if (path.empty()) continue;
    rows.push_back({"POST", path, 50, 1s, For::bot, "messages"});
    rows.push_back({"POST", path, 1000, 60s, For::bot, "messages"});
    rows.push_back({"POST", path, 5, 1s, For::receiver, "messages"});
  }
  return rows;
}

}  // namespace feishu
