// What is read back from the journal's file, whatever bytes are in its rows. The input is up to 64 lines: the first
// character says which table, the rest is what stands in the row.
#include "bridge/disk/sql.h"
#include "bridge/journal/journal.h"
#include "tests/fuzz/target.h"
#include "tests/unit/disk_rig.h"

#include <algorithm>
#include <optional>
#include <string>

namespace {

using bridge::journal::Database;

constexpr int kMostLines = 64;

// A blob of the bytes, in SQL.
std::string blob(std::string_view bytes) {
  std::string out = "x'";
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out + "'";
}

std::string row_of(std::string_view line, int number) {
  const std::string bytes = blob(line.substr(1)), at = std::to_string(number);
  switch (line[0]) {
    case 'e':
      return "INSERT OR IGNORE INTO events VALUES (" + at + ", " + at + ", " + bytes + ");";
    case 's':
      return "INSERT INTO seen (at, hashes) VALUES (9000000000000, " + bytes + ");";
    case 'c':
      return "INSERT OR IGNORE INTO cursors VALUES (" + bytes + ", " + at + " * 1000000007, 9000000000000);";
    case 'r':
      return "INSERT OR IGNORE INTO records VALUES ('mock/1', 'note', " + bytes + ", " + bytes + ", " + at + ");";
    case 't':
      return "INSERT OR REPLACE INTO state VALUES ('event_bytes', " + bytes + "), ('next', " + bytes + ");";
    default:
      return "INSERT OR REPLACE INTO state VALUES ('at', " + bytes + "), ('wall', " + at + ");";
  }
}

void fill(const rig::Folder& folder, std::string_view input) {
  auto database = Database::open(folder.data() + "/journal.db", Database::Access::write, std::chrono::seconds(1));
  claim(database.has_value());
  static_cast<void>(
      database->run("DELETE FROM events; DELETE FROM seen; DELETE FROM cursors; DELETE FROM records; "
                    "DELETE FROM state; BEGIN"));
  for (int number = 1; !input.empty() && number <= kMostLines; ++number) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (!line.empty()) static_cast<void>(database->run(row_of(line, number)));
  }
  claim(database->run("COMMIT").has_value());
}

}  // namespace

void try_input(std::string_view input) {
  static rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  const auto open = [&] { return bridge::Journal::open(loop, log, {.data_dir = folder.data()}); };
  if (!open()) std::abort();
  fill(folder, input);
  auto journal = open();
  if (!journal) return claim(!journal.error().message.empty());
  for (const auto& record : (*journal)->recall("mock/1", "note")) claim(record.kind == "note");
  std::optional<onebot::History::Page> page;
  const auto owner =
      (*journal)->history().fetch(1, kMostLines + 1, 0, 1 << 20, [&](auto got) { page = std::move(got); });
  claim(loop.until([&] { return page.has_value(); }));
  claim(page->entries.size() + page->skipped >= 1 || page->next > 1);
}
