// Paths of a platform's REST interface: templates such as "/v2/groups/{group_id}/info", and what stands in their
// places.
//
// Whatever an application or a platform names as an id gets into a path here and nowhere else: checked, then
// percent-encoded. Percent-encoding alone is not enough: "..", and "%2F" behind many a proxy, lead out of the place.

#pragma once

#include "onebot/result.h"

#include <span>
#include <string>
#include <string_view>

namespace kit {

struct PathValue {
  std::string_view place{};  // "group_id" of "{group_id}"
  std::string_view value{};
  std::string_view called{};  // by the application; "" = as the place is
};

// What cannot be one step of a path is refused: nothing, dots alone, "/", "?", "#", a control character, and what
// becomes one of these when it is percent-decoded, for servers behind a proxy may do that once more. 10003 naming the
// value, and 35003 for what is called "message_id": a message of such an id cannot exist.
onebot::Status check_path_value(PathValue value);

// Whether a path that somebody wrote whole, percent-encoded and perhaps with a query, is made of such steps.
bool stays_inside(std::string_view path);

// The path with every place filled. Error: as above, or 20002 when there is no value for a place.
onebot::Result<std::string> fill_path(std::string_view path, std::span<const PathValue> values);

}  // namespace kit
