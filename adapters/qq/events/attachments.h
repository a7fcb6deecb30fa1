// Files that came with a message: QQ's attachment objects as segments, and the ids that get_file will read.
// Platform: autogen/event/c2c_message_create (attachments).

#pragma once

#include "onebot/json.h"
#include "onebot/segment.h"

#include <optional>
#include <string>
#include <string_view>

namespace qq {

// image, voice, video or file, by content_type; qq.attachment when there is nothing to fetch. Members that QQ does not
// document are in qq.more.
onebot::Segment attachment_segment(onebot::json::View attachment);
// The same of what should be an attachment, and a qq.unknown when it is none.
void append_attachment(onebot::Message& message, onebot::json::View attachment);
bool is_image(onebot::json::View attachment);

// QQ writes some addresses without "https:", and some without the two slashes as well.
std::string complete_url(std::string_view url);

// What get_file has to know of a received file. It is all in the id, so an id outlives the process that made it.
struct RemoteFile {
  std::string url{};  // signed by QQ; it stops working some time after the message
  std::string name{};
  bool operator==(const RemoteFile&) const = default;
};

//   file-id = "qq.file?url=" percent-encoded "&name=" percent-encoded
//
// "" when the address is no http or https address of at most kMaxUrl bytes; a longer name is cut. So an id has at
// most 6.8 kB. Applications send ids back: whoever fetches one treats the address as theirs, not as QQ's.
inline constexpr std::size_t kMaxUrl = 2048;
inline constexpr std::size_t kMaxFileName = 200;
std::string make_file_id(const RemoteFile& file);
std::optional<RemoteFile> read_file_id(std::string_view file_id);  // nullopt: not one of these

}  // namespace qq
