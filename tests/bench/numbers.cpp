// bench_numbers: how long OneBot 11's numbers of so many people take, who are all seen for the first time, and what
// they cost in memory and on disk. A journal on a real disk, a thousand people to an event. Prints one JSON line.

#include "onebot/v11/numbers.h"

#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double mib_in(const std::string& folder) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += static_cast<double>(file.file_size());
  return bytes / (1 << 20);
}

struct Measured {
  double seconds = 0, again_seconds = 0, resident_mib = 0, disk_mib = 0;
};

Measured measure(int count) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); };
  const auto native = [](int i) {
    return onebot::v11::Native{onebot::v11::Kind::user, "chat", fmt::format("{:032X}", i)};
  };
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  const auto journal = rig::open(loop, log, {.data_dir = folder.data()});
  rig::Watch watch(*journal);
  onebot::v11::IdNumbers ids(journal->numbers().ids);
  Measured measured;
  const double before = resident_mib();
  const auto started = Clock::now();
  for (int i = 0; i < count; ++i) {
    (void)ids.number(native(i), "somebody");
    if (i % 1'000 == 999) {
      watch.append("x");
      loop.advance(std::chrono::milliseconds(5));
      loop.turn();
    }
  }
  if (!journal->flush(std::chrono::seconds(60))) return {};
  measured.seconds = since(started);
  measured.resident_mib = resident_mib() - before;
  measured.disk_mib = mib_in(folder.data());
  const auto again = Clock::now();
  for (int i = 0; i < std::min(count, 100'000); ++i) (void)ids.number(native(i));
  measured.again_seconds = since(again);
  return measured;
}

}  // namespace

int main(int count, char** words) {
  const int people = count > 1 ? std::atoi(words[1]) : 1'000'000;
  const Measured measured = measure(people);
  fmt::print("{{\"people\":{},\"seconds\":{:.1f},\"resident_mib\":{:.1f},\"disk_mib\":{:.1f},\"lookup_us\":{:.1f}}}\n",
             people, measured.seconds, measured.resident_mib, measured.disk_mib,
             measured.again_seconds * 1e6 / std::min(people, 100'000));
  return measured.seconds > 0 ? 0 : 1;
}
