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

#include <chrono>
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

// path: the row's own, or the one that the configuration has put in its place.
onebot::Task<onebot::ActionResult> run(Caller caller, const onebot::CallRow& row, std::string path,
                                       onebot::Fields params);

}  // namespace kit
