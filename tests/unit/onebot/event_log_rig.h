// Numbered events, and what a reader gives of them.

#pragma once

#include "onebot/event_log.h"
#include "tests/fakes.h"

#include <string>
#include <string_view>

namespace event_log_test {

using onebot::Event;
using onebot::EventLog;
using onebot::Seq;

inline constexpr std::size_t kLarge = 1 << 30;
inline const auto kNoWake = [] {};

// An event whose id is the number and whose JSON is at least `size` bytes long.
inline Event numbered(Seq number, std::size_t size = 0) {
  return {
      .id = std::to_string(number), .type = "notice", .alt_message = "", .fields = {{"pad", std::string(size, 'x')}}};
}

inline std::string id_of(std::string_view json) {
  const auto begin = json.find(':') + 2;
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

// Ids of the events in frames, each behind a blank.
inline std::string ids(std::string_view frames) {
  std::string all;
  for (const std::string& json : fakes::payloads(frames)) all += " " + id_of(json);
  return all;
}

// Everything a reader gives until it has nothing more at hand.
inline std::string drain(EventLog::Reader& reader, std::size_t max_bytes = 1 << 20) {
  std::string all;
  for (auto frames = reader.frames(max_bytes); !frames.empty(); frames = reader.frames(max_bytes)) all += ids(frames);
  return all;
}

inline void append(EventLog& log, Seq from, Seq until, std::size_t size = 0, std::int64_t at = 0) {
  for (Seq seq = from; seq < until; ++seq) log.append(numbered(seq, size), at);
}

inline std::string range(Seq from, Seq until) {
  std::string all;
  for (Seq seq = from; seq < until; ++seq) all += " " + std::to_string(seq);
  return all;
}

}  // namespace event_log_test
