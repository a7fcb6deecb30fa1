#include "adapters/feishu/frame.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;

constexpr std::size_t kMaxHeaders = 64;
constexpr std::uint64_t kFirstNumber = 1, kLastNumber = 4, kHeaders = 5;
constexpr unsigned kRequired = 0b11110;  // the numbers 1 to 4, as bits

enum class Wire : std::uint64_t { varint = 0, eight_bytes = 1, sized = 2, four_bytes = 5 };

void append_varint(std::string& out, std::uint64_t value) {
  for (; value > 0x7f; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void append_number(std::string& out, std::uint64_t number, std::uint64_t value) {
  append_varint(out, number << 3);
  append_varint(out, value);
}

void append_sized(std::string& out, std::uint64_t number, std::string_view bytes) {
  append_varint(out, number << 3 | static_cast<std::uint64_t>(Wire::sized));
  append_varint(out, bytes.size());
  out.append(bytes);
}

void append_present(std::string& out, std::uint64_t number, std::string_view bytes) {
  if (!bytes.empty()) append_sized(out, number, bytes);
}

// A negative int32 is sign-extended to ten bytes.
std::uint64_t widened(std::int32_t value) { return static_cast<std::uint64_t>(std::int64_t{value}); }

// One field, of whichever kind.
struct Field {
  std::uint64_t number = 0;
  Wire wire = Wire::varint;
  std::uint64_t value = 0;   // of a varint
  std::string_view bytes{};  // of what has a size
};

// Reads from the front of what is left of a message.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool done() const { return left_.empty(); }

  std::optional<Field> field() {
    const auto tag = varint();
    if (!tag || *tag >> 3 == 0) return std::nullopt;
    Field field{.number = *tag >> 3, .wire = static_cast<Wire>(*tag & 7)};
    switch (field.wire) {
      case Wire::varint: {
        const auto value = varint();
        field.value = value.value_or(0);
        return value ? std::optional(field) : std::nullopt;
      }
      case Wire::eight_bytes:
        return with_bytes(field, 8);
      case Wire::sized:
        return with_bytes(field, varint());
      case Wire::four_bytes:
        return with_bytes(field, 4);
    }
    return std::nullopt;  // groups, which nobody writes any more
  }

 private:
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::optional<Field> with_bytes(Field field, std::optional<std::uint64_t> size) {
    if (!size || *size > left_.size()) return std::nullopt;
    field.bytes = left_.substr(0, static_cast<std::size_t>(*size));
    left_.remove_prefix(field.bytes.size());
    return field;
  }

  std::string_view left_;
};

bool read_header(Frame& frame, std::string_view bytes) {
  if (frame.headers.size() == kMaxHeaders) return false;
  auto& [name, value] = frame.headers.emplace_back();
  Reader reader(bytes);
  while (!reader.done()) {
    const auto field = reader.field();
    if (!field) return false;
    if (field->wire != Wire::sized) continue;
    if (field->number == 1) name = field->bytes;
    if (field->number == 2) value = field->bytes;
  }
  return true;
}

void read_number(Frame& frame, const Field& field) {
  const auto narrow = static_cast<std::int32_t>(field.value);
  if (field.number == 1) frame.seq = field.value;
  if (field.number == 2) frame.log = field.value;
  if (field.number == 3) frame.service = narrow;
  if (field.number == 4) frame.method = narrow;
}

// By number, from 6 on.
constexpr std::string Frame::*kTexts[] = {&Frame::payload_encoding, &Frame::payload_type, &Frame::payload,
                                          &Frame::log_new};
constexpr std::uint64_t kFirstText = 6;

}  // namespace

std::string_view Frame::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string encode(const Frame& frame) {
  std::string out;
  append_number(out, 1, frame.seq);
  append_number(out, 2, frame.log);
  append_number(out, 3, widened(frame.service));
  append_number(out, 4, widened(frame.method));
  for (const auto& [name, value] : frame.headers) {
    std::string header;
    append_sized(header, 1, name);
    append_sized(header, 2, value);
    append_sized(out, kHeaders, header);
  }
  for (std::size_t i = 0; i < std::size(kTexts); ++i) append_present(out, kFirstText + i, frame.*kTexts[i]);
  return out;
}

Result<Frame> decode(std::string_view bytes) {
  Frame frame;
  unsigned seen = 0;
  Reader reader(bytes);
  while (!reader.done()) {
    const auto field = reader.field();
    if (!field) return fail(Retcode::bad_request, "a frame that is cut short or no frame");
    if (field->wire == Wire::varint && field->number >= kFirstNumber && field->number <= kLastNumber) {
      read_number(frame, *field);
      seen |= 1U << field->number;
      continue;
    }
    if (field->wire != Wire::sized) continue;
    if (field->number == kHeaders && !read_header(frame, field->bytes)) {
      return fail(Retcode::bad_request, "a frame with a broken header, or too many");
    }
    const bool is_text = field->number >= kFirstText && field->number < kFirstText + std::size(kTexts);
    if (is_text) frame.*kTexts[field->number - kFirstText] = field->bytes;
  }
  if (seen != kRequired) return fail(Retcode::bad_request, "a frame without a required field");
  return frame;
}

}  // namespace feishu
