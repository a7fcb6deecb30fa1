#include "adapters/feishu/reassembly.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace feishu {
namespace {

// A header that is not there counts as `fallback`; one that is no number is none.
std::optional<std::size_t> number(std::string_view text, std::size_t fallback) {
  if (text.empty()) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::string> Reassembly::add(const Frame& frame) {
  const auto sum = number(frame.header("sum"), 1), seq = number(frame.header("seq"), 0);
  const std::string_view id = frame.header("message_id");
  const bool fits = sum && seq && *sum >= 1 && *sum <= kMostParts && *seq < *sum;
  if (!fits || (*sum > 1 && (id.empty() || id.size() > 256))) {
    drop(id, "a part without a place");
    return std::nullopt;
  }
  if (*sum == 1) return frame.payload;
  return add_part(id, *sum, *seq, frame.payload);
}

std::optional<std::string> Reassembly::add_part(std::string_view id, std::size_t sum, std::size_t seq,
                                                std::string_view payload) {
  auto found = open_.find(id);
  if (found == open_.end()) found = begin(id, sum);
  if (found == open_.end()) return std::nullopt;
  Parts& parts = found->second;
  if (parts.payloads.size() != sum) {
    drop(id, "parts that disagree about their number");
    return std::nullopt;
  }
  if (parts.payloads[seq]) return std::nullopt;  // came twice
  if (parts.bytes + payload.size() > kMostBytes || bytes_ + payload.size() > 4 * kMostBytes) {
    drop(id, "too long");
    return std::nullopt;
  }
  parts.payloads[seq] = std::string(payload);
  parts.bytes += payload.size();
  bytes_ += payload.size();
  if (--parts.missing > 0) return std::nullopt;
  std::string whole;
  whole.reserve(parts.bytes);
  for (const auto& part : parts.payloads) whole += *part;
  bytes_ -= parts.bytes;
  open_.erase(found);
  return whole;
}

Reassembly::Open::iterator Reassembly::begin(std::string_view id, std::size_t sum) {
  if (open_.size() == kMostOpen) {
    drop(id, "too many at once");
    return open_.end();
  }
  const auto place = open_.emplace(std::string(id), Parts{}).first;
  place->second.payloads.resize(sum);
  place->second.missing = sum;
  place->second.timer = loop_.after(kPatience, [this, key = place->first] { drop(key, "a part did not come"); });
  return place;
}

void Reassembly::drop(std::string_view id, std::string_view why) {
  log_.count("long_connection_dropped");
  log_.line(onebot::LogLevel::warn, fmt::format("delivery dropped: {}", why));
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  bytes_ -= found->second.bytes;
  open_.erase(found);
}

}  // namespace feishu
