#include "onebot/native_path.h"

namespace onebot {
namespace {

json::View locate_one(std::string_view path, json::View native, json::View item) {
  if (path == "$") return item;
  return path.starts_with("$.") ? item.at(path.substr(2)) : native.at(path);
}

}  // namespace

json::View locate(std::string_view path, json::View native, json::View item) {
  for (;;) {
    const auto bar = path.find('|');
    const json::View found = locate_one(path.substr(0, bar), native, item);
    const bool empty = found.is_null() || (found.is_string() && found.str().empty());
    if (!empty || bar == std::string_view::npos) return found;
    path.remove_prefix(bar + 1);
  }
}

Value as_text(json::View view) { return view.text(); }
Value as_is(json::View view) { return view.value(); }
Value as_json(json::View view) { return view.dump(); }

}  // namespace onebot
