// What QQ sends and nobody here understands is kept: as a segment qq.unknown {name, node}, or beside what is
// understood.

#pragma once

#include "onebot/json.h"
#include "onebot/segment.h"

#include <span>
#include <string_view>

namespace qq {

// A member of an object as QQ documents it.
struct Member {
  enum class Kind { string, text, object, list };  // text: a string, or a number for one
  std::string_view name{};
  Kind kind = Kind::text;
};

// The value of a node as an event carries it: what nests deeper than programs like to read becomes its JSON text.
onebot::Value kept(onebot::json::View node);

// name: of the member that it is, or of one in that list. Nothing, when nothing is in it: null, "", [] and {}.
void append_unknown(onebot::Message& message, std::string_view name, onebot::json::View node);

// Members with something in them that are not as known says. Strings, numbers and flags under a name that is not known
// may be left out: of a whole message they are about its delivery.
enum class Scalars { kept, left_out };
onebot::Fields unknown_members(onebot::json::View object, std::span<const Member> known,
                               Scalars unnamed = Scalars::kept);

}  // namespace qq
