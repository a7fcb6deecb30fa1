// LogWriter: lines to a file descriptor, on a thread of its own: a reader that does not read stops nobody but itself.
//
// What waits is bounded. What comes beyond is left out and counted, and that is said in its place once lines flow
// again.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bridge {

class LogWriter {
 public:
  static constexpr std::size_t kMostWaiting = 1 << 20;          // bytes
  static constexpr std::chrono::milliseconds kFarewell{1'000};  // for what waits, at the end

  // The line that says how many were left out, with its end. Any thread.
  using Gap = std::function<std::string(std::uint64_t lines)>;

  LogWriter(int file, Gap gap);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Any thread; never blocks. False: there is no room, and the line is left out.
  bool write(std::string_view line);

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;  // the thread may outlive us, in a write that does not end
};

}  // namespace bridge
