// Message segments. Spec: interface/message/segments and connect/data-protocol/message.

#pragma once

#include "onebot/result.h"
#include "onebot/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace onebot {

struct Segment {
  std::string type;
  Fields data{};
};
using Message = std::vector<Segment>;

namespace segment {
Segment text(std::string text);
Segment mention(std::string user_id);
Segment mention_all();
Segment image(std::string file_id);
Segment voice(std::string file_id);
Segment audio(std::string file_id);
Segment video(std::string file_id);
Segment file(std::string file_id);
Segment location(double latitude, double longitude, std::string title, std::string content);
Segment reply(std::string message_id, std::string user_id);
}  // namespace segment

// Appends text, merged into a text segment that already ends the message. Empty text is not emitted.
void append_text(Message& message, std::string_view text);

// The "message" parameter of an action: a list of segments, one segment, or a string (one literal text segment).
// Checks the members of standard segments; others are the platform's to understand. A reply comes out first.
// Errors: bad_param (no message, nothing to send, malformed), bad_segment_data (a member is missing or has the wrong
// type, naming segment and member), unsupported_segment_data (two replies).
Result<Message> read_message_param(const Fields& params);

// The spec's alt_message: text verbatim, others as [image]. A mention is @name when the segment has a member
// ending in ".user_name", else @user_id.
std::string alt_text(const Message& message);
// What one segment adds to it. name: of who is mentioned, when the segment itself has none.
void append_alt_text(std::string& out, const Segment& part, std::string_view name = {});

}  // namespace onebot
