#include "adapters/feishu/frame.h"

#include <algorithm>
#include <array>

namespace feishu {
namespace {

enum Field : unsigned { kSeqId = 1, kLogId, kService, kMethod, kHeaders, kEncoding, kType, kPayload, kNewLogId };
enum Wire : unsigned { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
constexpr unsigned kRequired = 1U << kSeqId | 1U << kLogId | 1U << kService | 1U << kMethod;
constexpr std::size_t kMostHeaders = 64;

// The texts of a frame by their field.
constexpr std::array<std::pair<unsigned, std::string Frame::*>, 4> kTexts = {{{kEncoding, &Frame::payload_encoding},
                                                                              {kType, &Frame::payload_type},
                                                                              {kPayload, &Frame::payload},
                                                                              {kNewLogId, &Frame::new_log_id}}};

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put_number(std::string& out, unsigned field, std::uint64_t value) {
  put_varint(out, field << 3 | kVarint);
  put_varint(out, value);
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_varint(out, field << 3 | kBytes);
  put_varint(out, bytes.size());
  out += bytes;
}

// A negative int32 is sign-extended on the wire.
std::uint64_t widened(std::int32_t value) { return static_cast<std::uint64_t>(std::int64_t{value}); }

// Takes one thing after another from the front; nullopt when it is not there.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool done() const { return left_.empty(); }
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return std::nullopt;
  }
  std::optional<std::string_view> bytes() {
    const auto size = varint();
    return size ? take(*size) : std::nullopt;
  }
  bool skip(unsigned wire) {
    if (wire == kVarint) return varint().has_value();
    if (wire == kBytes) return bytes().has_value();
    if (wire == kFixed64) return take(8).has_value();
    return wire == kFixed32 && take(4).has_value();
  }

 private:
  std::optional<std::string_view> take(std::uint64_t size) {
    if (size > left_.size()) return std::nullopt;
    const std::string_view taken = left_.substr(0, static_cast<std::size_t>(size));
    left_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view left_;
};

bool read_header(Frame& frame, std::string_view bytes) {
  std::pair<std::string, std::string> header;
  for (Reader reader(bytes); !reader.done();) {
    const auto tag = reader.varint();
    if (!tag) return false;
    const bool known = *tag == (1U << 3 | kBytes) || *tag == (2U << 3 | kBytes);
    if (!known && !reader.skip(static_cast<unsigned>(*tag & 7))) return false;
    if (!known) continue;
    const auto text = reader.bytes();
    if (!text) return false;
    (*tag >> 3 == 1 ? header.first : header.second) = *text;
  }
  if (frame.headers.size() == kMostHeaders) return false;
  frame.headers.push_back(std::move(header));
  return true;
}

void set_number(Frame& frame, std::uint64_t field, std::uint64_t value) {
  if (field == kSeqId) frame.seq_id = value;
  if (field == kLogId) frame.log_id = value;
  if (field == kService) frame.service = static_cast<std::int32_t>(value);
  if (field == kMethod) frame.method = static_cast<std::int32_t>(value);
}

bool read_bytes(Frame& frame, std::uint64_t field, std::string_view bytes) {
  if (field == kHeaders) return read_header(frame, bytes);
  for (const auto& [number, member] : kTexts) {
    if (number == field) frame.*member = bytes;
  }
  return true;
}

}  // namespace

std::string_view Frame::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string encode(const Frame& frame) {
  std::string out;
  put_number(out, kSeqId, frame.seq_id);
  put_number(out, kLogId, frame.log_id);
  put_number(out, kService, widened(frame.service));
  put_number(out, kMethod, widened(frame.method));
  for (const auto& [name, value] : frame.headers) {
    std::string header;
    put_bytes(header, 1, name);
    put_bytes(header, 2, value);
    put_bytes(out, kHeaders, header);
  }
  for (const auto& [field, member] : kTexts) {
    if (const std::string& text = frame.*member; !text.empty()) put_bytes(out, field, text);
  }
  return out;
}

std::optional<Frame> decode(std::string_view bytes) {
  Frame frame;
  unsigned seen = 0;
  for (Reader reader(bytes); !reader.done();) {
    const auto tag = reader.varint();
    if (!tag) return std::nullopt;
    const std::uint64_t field = *tag >> 3;
    const auto wire = static_cast<unsigned>(*tag & 7);
    if (wire == kVarint && field >= kSeqId && field <= kMethod) {
      const auto value = reader.varint();
      if (!value) return std::nullopt;
      set_number(frame, field, *value);
      seen |= 1U << field;
    } else if (wire == kBytes && field >= kHeaders && field <= kNewLogId) {
      const auto text = reader.bytes();
      if (!text || !read_bytes(frame, field, *text)) return std::nullopt;
    } else if (!reader.skip(wire)) {
      return std::nullopt;
    }
  }
  return (seen & kRequired) == kRequired ? std::optional(std::move(frame)) : std::nullopt;
}

}  // namespace feishu
