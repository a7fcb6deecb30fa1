// Numbers that come from elsewhere: lines that `onebridge ids export` wrote, and the files of other bridges.

#pragma once

#include "bridge/journal/id_pages.h"
#include "onebot/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

struct Moved {
  std::vector<journal::IdEntry> entries{};
  std::vector<std::string> refused{};  // what is left out, and why
};

// What those files do not say of a native id: of which platform it is, and whether it is a group.
struct MovedFrom {
  std::string platform{};  // "": as the file says
  std::function<bool(const std::string& native)> is_group{};
};

// One JSON object a line: {"kind","platform","native","number","name"}, "alias":true for a further number or native.
onebot::Result<Moved> moved_in_lines(std::string_view text);
// SQLite: id_map_<platform>(string, number, source).
onebot::Result<Moved> moved_from_onebots(const std::string& path, const MovedFrom& from);
// bbolt: bucket "ids" with native -> number in 8 bytes, "row-<number>" -> native, "<group>:<user>" -> "<n>:<m>" and
// back.
onebot::Result<Moved> moved_from_gensokyo(std::string_view bytes, const MovedFrom& from);

std::string line_of(const journal::IdEntry& entry);

}  // namespace bridge
