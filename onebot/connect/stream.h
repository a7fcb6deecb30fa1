// Stream: the events of one link, as ready-made frames, from a place on.

#pragma once

#include "onebot/event_log.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace onebot::connect {

class Stream {
 public:
  virtual ~Stream() = default;
  // As EventLog::Reader::frames.
  virtual std::string_view frames(std::size_t max_bytes, std::size_t max_entries) = 0;
  virtual Seq position() const = 0;           // of the event to give next
  virtual std::uint64_t skipped() const = 0;  // left out: too old, or no longer kept
};

// The events of the log as they are: all, or those that are told.
class LogStream final : public Stream {
 public:
  LogStream(EventLog& log, Seq from, std::int64_t since, Then wake, const Choice* only)
      : reader_(log, from, since, std::move(wake), only) {}
  std::string_view frames(std::size_t max_bytes, std::size_t max_entries) override {
    return reader_.frames(max_bytes, max_entries);
  }
  Seq position() const override { return reader_.position(); }
  std::uint64_t skipped() const override { return reader_.skipped(); }

 private:
  EventLog::Reader reader_;
};

}  // namespace onebot::connect
