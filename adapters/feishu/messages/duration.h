// Duration: how long a voice or a video lasts, which the platform does not find out by itself.
// Formats: RFC 7845 (Ogg Opus), ISO/IEC 14496-12 (MP4).
//
//   box = size(4) type(4) [ size(8), when size is 1 ] content; a size of 0 reaches to the end
//   mvhd = version(1) flags(3) times(8, or 16 of version 1) timescale(4) duration(4, or 8 of version 1) ...
//
// An MP4 is a row of boxes; "mvhd" is in "moov", which stands in front of the pictures or behind them.

#pragma once

#include "onebot/files.h"
#include "onebot/task.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace feishu {

// Milliseconds; 0: not to be found.
onebot::Task<std::int64_t> opus_duration(onebot::Files& files, const onebot::File& file);
onebot::Task<std::int64_t> mp4_duration(onebot::Files& files, const onebot::File& file);

// What the above find in bytes: the last of an Ogg Opus file, the content of "mvhd".
std::int64_t duration_in_opus(std::string_view tail);
std::int64_t duration_in_mvhd(std::string_view content);

// The head of a box, of its first bytes; nullopt: they are none.
struct Mp4Box {
  static constexpr std::size_t kLongestHead = 16;
  std::string_view type{};
  std::uint64_t head = 0;  // bytes of the head
  std::uint64_t size = 0;  // of the whole; 0: to the end
};
std::optional<Mp4Box> read_box(std::string_view bytes);

}  // namespace feishu
