#include "bridge/journal/damage.h"

#include "bridge/disk/sql.h"
#include "bridge/journal/tables.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

namespace bridge::journal {

namespace {

constexpr std::chrono::milliseconds kBusy{2'000};
constexpr int kMostProblems = 3;  // one damaged page has many

onebot::Result<std::vector<std::string>> problems_of(const std::string& path) {
  ONEBOT_TRY(database, Database::open(path, Database::Access::read, kBusy));
  ONEBOT_TRY(check, database.prepare(fmt::format("PRAGMA quick_check({})", kMostProblems)));
  std::vector<std::string> problems;
  for (;;) {
    ONEBOT_TRY(row, check.step());
    if (!row) return problems;
    if (check.bytes(0) != "ok") problems.emplace_back(check.bytes(0));
  }
}

}  // namespace

std::vector<std::string> damage_of(const std::string& data_dir) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::canonical(data_dir, error) / Tables::kFile;
  if (error || !std::filesystem::exists(whole, error)) return {};
  auto found = problems_of(whole.string());
  if (!found) found = std::vector{found.error().message};
  std::vector<std::string> out;
  for (const std::string& problem : *found) {
    out.push_back(fmt::format("{}: is damaged: {}; stop, and restore a backup or let sqlite3 .recover it",
                              whole.string(), problem.substr(0, problem.find('\n'))));
  }
  return out;
}

std::string replaced(const std::string& path) {
  return fmt::format(
      "journal: {} was removed or replaced while it is in use; what is written now is lost at the next "
      "start: restart, with the file back in its place if there is a copy",
      path);
}

std::string unreadable(const std::string& path, std::uint64_t events) {
  return fmt::format(
      "journal: {} events could not be read back and were left out: {} is damaged; stop, and restore a "
      "backup or let sqlite3 .recover it",
      events, path);
}

std::string unusable(const std::string& path, std::uint64_t times) {
  return fmt::format(
      "journal: {} could not be read or cleaned {} times since the start: if it is damaged (onebridge check "
      "says so), what bots remember is missing and old events are not deleted; stop, and restore a backup "
      "or let sqlite3 .recover it",
      path, times);
}

}  // namespace bridge::journal
