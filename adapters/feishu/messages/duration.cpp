#include "adapters/feishu/messages/duration.h"

#include <cstddef>
#include <string>

namespace feishu {
namespace {

constexpr std::uint64_t kDay = 86'400'000;          // in milliseconds; what is longer is taken for nonsense
constexpr std::size_t kTail = 64 << 10;             // of an Ogg file: holds its last page
constexpr std::size_t kMvhd = 32, kMostBoxes = 64;  // bytes of it that count; boxes that are looked at

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

std::int64_t plausible(std::uint64_t milliseconds) {
  return milliseconds > kDay ? 0 : static_cast<std::int64_t>(milliseconds);
}

}  // namespace

std::int64_t duration_in_opus(std::string_view tail) {
  const auto at = tail.rfind("OggS");
  if (at == std::string_view::npos || at + 14 > tail.size()) return 0;
  std::uint64_t granules = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    granules |= std::uint64_t{static_cast<unsigned char>(tail[at + 6 + i])} << (8 * i);
  }
  constexpr std::uint64_t kPerMillisecond = 48;
  return plausible(granules / kPerMillisecond);
}

std::optional<Mp4Box> read_box(std::string_view bytes) {
  constexpr std::uint64_t kHead = 8;
  if (bytes.size() < kHead) return std::nullopt;
  Mp4Box box{.type = bytes.substr(4, 4), .head = kHead, .size = big_endian(bytes.substr(0, 4))};
  if (box.size == 1) {
    if (bytes.size() < Mp4Box::kLongestHead) return std::nullopt;
    box.head = Mp4Box::kLongestHead;
    box.size = big_endian(bytes.substr(kHead, 8));
  }
  if (box.size != 0 && box.size < box.head) return std::nullopt;
  return box;
}

std::int64_t duration_in_mvhd(std::string_view content) {
  if (content.empty()) return 0;
  const bool is_long = content.front() == 1;
  const std::size_t scale_at = is_long ? 20 : 12, size = is_long ? 8 : 4;
  if (content.size() < scale_at + 4 + size) return 0;
  const std::uint64_t scale = big_endian(content.substr(scale_at, 4));
  const std::uint64_t units = big_endian(content.substr(scale_at + 4, size));
  const bool is_unknown = units == (is_long ? ~std::uint64_t{0} : 0xffffffffU);
  if (scale == 0 || is_unknown || units / scale > kDay / 1000) return 0;
  return plausible(units * 1000 / scale);
}

onebot::Task<std::int64_t> opus_duration(onebot::Files& files, const onebot::File& file) {
  const std::uint64_t from = file.size > kTail ? file.size - kTail : 0;
  const auto tail = co_await onebot::bytes_of(files, file, from, kTail);
  co_return tail ? duration_in_opus(*tail) : 0;
}

onebot::Task<std::int64_t> mp4_duration(onebot::Files& files, const onebot::File& file) {
  std::uint64_t at = 0;
  for (std::size_t boxes = 0; boxes < kMostBoxes && at < file.size; ++boxes) {
    const auto bytes = co_await onebot::bytes_of(files, file, at, Mp4Box::kLongestHead + kMvhd);
    const auto box = bytes ? read_box(*bytes) : std::nullopt;
    if (!box) co_return 0;
    if (box->type == "mvhd") co_return duration_in_mvhd(std::string_view(*bytes).substr(box->head));
    const bool inside = box->type == "moov";
    if (!inside && (box->size == 0 || box->size > file.size - at)) co_return 0;
    at += inside ? box->head : box->size;
  }
  co_return 0;
}

}  // namespace feishu
