// Calls: an action that is a row of a table of calls (onebot/call.h), run: asked page after page, answered once.

#pragma once

#include "adapters/kit/request.h"
#include "onebot/action.h"
#include "onebot/call.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/task.h"
#include "onebot/value.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

namespace kit {

// A platform's REST interface, as calls need it.
class Asker {
 public:
  virtual ~Asker() = default;
  // What the platform answers. Error: the failure, in the standard's codes.
  virtual onebot::Task<onebot::Result<onebot::json::Document>> document(Request request) const = 0;
};

// Lists that somebody asked for a moment ago, by what they are about.
class RecentLists {
 public:
  virtual ~RecentLists() = default;
  // nullptr: there is none, or it is too old. Valid until the next change.
  virtual const onebot::List* find(std::string_view key, std::chrono::milliseconds now,
                                   std::chrono::seconds not_older) const = 0;
  virtual void keep(std::string_view key, const onebot::List& list, std::chrono::milliseconds now) = 0;
};

// What the calls of one bot have in common. All of it outlives them.
struct Caller {
  const onebot::CallTable& table;
  const onebot::Self& self;
  const Asker& asker;
  const onebot::io::Loop& loop;
  RecentLists* recent = nullptr;  // nullptr: every list is asked for anew
};

// What the compiler refuses in an action that is code: a row without a function, and a function without a row. Made for
// static_assert, of the table and of the functions, with the names in one list.
consteval bool are_coded(std::span<const onebot::CallRow> rows, std::span<const std::string_view> names) {
  const auto coded = [&](std::string_view name) {
    return std::ranges::any_of(rows, [&](const onebot::CallRow& row) { return row.is_coded() && row.name == name; });
  };
  return std::ranges::count_if(rows, &onebot::CallRow::is_coded) == std::ssize(names) &&
         std::ranges::all_of(names, coded);
}
template <class Function, std::size_t count>
consteval bool are_written(const Function (&functions)[count], std::span<const std::string_view> names) {
  const auto written = [&](std::string_view name) {
    return std::ranges::any_of(functions, [&](const Function& function) { return function.name == name; });
  };
  return count == names.size() && std::ranges::all_of(names, written);
}

// path: the row's own, or the one that the configuration has put in its place.
onebot::Task<onebot::ActionResult> run(Caller caller, const onebot::CallRow& row, std::string path,
                                       onebot::Fields params);

}  // namespace kit
