#include "onebot/media_type.h"

#include <algorithm>
#include <array>

namespace onebot {
namespace {

using namespace std::string_view_literals;

// Bytes at a place, and further bytes at another one.
struct Magic {
  MediaType type{};
  std::string_view first{};
  std::size_t at = 0;
  std::string_view second{};
  std::size_t second_at = 0;
};

constexpr std::array kMagics = std::to_array<Magic>({
    {{"image/png", "png"}, "\x89PNG\r\n\x1a\n"sv},
    {{"image/jpeg", "jpg"}, "\xff\xd8\xff"sv},
    {{"image/gif", "gif"}, "GIF87a"sv},
    {{"image/gif", "gif"}, "GIF89a"sv},
    {{"image/webp", "webp"}, "RIFF"sv, 0, "WEBP"sv, 8},
    {{"image/bmp", "bmp"}, "BM"sv, 0, "\0\0\0\0"sv, 6},
    {{"image/avif", "avif"}, "ftypavif"sv, 4},
    {{"image/heic", "heic"}, "ftypheic"sv, 4},
    {{"image/heic", "heic"}, "ftypmif1"sv, 4},
    {{"audio/wav", "wav"}, "RIFF"sv, 0, "WAVE"sv, 8},
    {{"audio/ogg", "ogg"}, "OggS"sv},
    {{"audio/flac", "flac"}, "fLaC"sv},
    {{"audio/mpeg", "mp3"}, "ID3"sv},
    {{"audio/mpeg", "mp3"}, "\xff\xfb"sv},
    {{"audio/mpeg", "mp3"}, "\xff\xf3"sv},
    {{"audio/mpeg", "mp3"}, "\xff\xf2"sv},
    {{"audio/amr", "amr"}, "#!AMR"sv},
    {{"audio/silk", "silk"}, "#!SILK_V3"sv},
    {{"audio/silk", "silk"}, "\x02#!SILK_V3"sv},
    {{"audio/mp4", "m4a"}, "ftypM4A "sv, 4},
    {{"video/quicktime", "mov"}, "ftypqt  "sv, 4},
    {{"video/mp4", "mp4"}, "ftyp"sv, 4},
    {{"video/webm", "webm"}, "\x1a\x45\xdf\xa3"sv},
});

bool stands(std::string_view bytes, std::string_view part, std::size_t at) {
  return bytes.size() >= at + part.size() && bytes.substr(at, part.size()) == part;
}

}  // namespace

MediaType media_type_of(std::string_view first_bytes) {
  const auto* magic = std::ranges::find_if(kMagics, [first_bytes](const Magic& one) {
    return stands(first_bytes, one.first, one.at) && stands(first_bytes, one.second, one.second_at);
  });
  return magic == kMagics.end() ? MediaType() : magic->type;
}

}  // namespace onebot
