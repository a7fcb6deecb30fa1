// Segments of OneBot 12, as the log has them, become those of OneBot 11.
//
// Nothing but the types that every consumer knows comes out: text at image record video file location reply face json
// forward. What is none of these becomes a text that names it, so that commands beside it are still found. All members
// are texts, but for image.sub_type (a number) and face.raw (an object). A reply stands first, and there is one at
// most.

#pragma once

#include "onebot/json.h"
#include "onebot/segment.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/scope.h"

#include <string>
#include <string_view>

namespace onebot::v11 {

// Ids in segments: numbers (or what Options::ids says), or the natives of the dialect for guilds.
enum class SegmentIds { mapped, native };

// The event's message; never empty.
Message read_message(const LoggedEvent& event, const Scope& scope, SegmentIds ids = SegmentIds::mapped);

// As it is written: a list of objects with "type" and "data".
Value as_value(const Message& message);

// "<16 hex digits>.<extension>", the same for the same file. name, content_type: as far as they are told.
std::string media_token(std::string_view file_id, std::string_view name, std::string_view content_type,
                        std::string_view fallback);

}  // namespace onebot::v11
