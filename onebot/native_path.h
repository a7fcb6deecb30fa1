// Paths into a native event, as the tables of the platforms write them, and what is made of what stands there.

#pragma once

#include "onebot/json.h"
#include "onebot/value.h"

#include <string_view>

namespace onebot {

// What is at path: "a|b" is the first of these that is there and not empty; "$" and "$.name" look into the item.
json::View locate(std::string_view path, json::View native, json::View item = {});

Value as_text(json::View);  // a string, or a number spelled out: every OneBot id is a string
Value as_is(json::View);
Value as_json(json::View);  // the JSON text of it: free-form objects of a platform travel as a string

}  // namespace onebot
