// A message that a OneBot 11 application sends, as OneBot 12 segments.
//
// Taken are a CQ string (or plain text), one segment, or a list of segments and CQ strings. What cannot be sent is left
// out and told, so that the rest arrives; a message of which nothing is left is refused. Files are not fetched here:
// who is asked to send uploads what `uploads` names and writes the file_id into its segment.

#pragma once

#include "onebot/result.h"
#include "onebot/segment.h"
#include "onebot/v11/abilities.h"
#include "onebot/v11/scope.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11 {

struct Upload {
  std::size_t segment = 0;                // whose "file_id" it becomes
  std::string source{};                   // a token, a file_id, base64://, data:, http(s)://, file:// or a path
  std::string_view type{};                // of the segment: image, record, video, file
  std::string name{};                     // "" when none is given
  bool cached = true;                     // what has just been fetched may be taken again
  std::optional<std::int64_t> timeout{};  // seconds
  Fields headers{};                       // for an address
};

struct SentMessage {
  Message message{};
  std::vector<Upload> uploads{};
  std::vector<std::string> left_out{};  // types
};

// Of the parameters "message" and "auto_escape". bad_param: no message, or nothing of it can be sent.
// bad_segment_data: a file without a source.
Result<SentMessage> read_sent_message(const Fields& params, const Scope& scope, const Abilities& abilities);
// "left out: rps, dice"; "" for nothing.
std::string told_of(const SentMessage& message);

}  // namespace onebot::v11
