#include "bridge/process/ids_moved.h"

#include "bridge/disk/bolt.h"
#include "bridge/disk/sql.h"
#include "bridge/journal/number_tables.h"
#include "bridge/process/ids_query.h"
#include "onebot/json.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace bridge {

using journal::Database;
using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
using Entry = journal::IdEntry;
namespace v11 = onebot::v11;

namespace {

constexpr std::chrono::milliseconds kBusy{2'000};
constexpr std::size_t kLongestNative = 1'024;

// A native id with its number, of a file that does not say what it is; or why it cannot be taken.
void add(Moved& moved, const MovedFrom& from, const std::string& platform, std::string native, v11::Number number) {
  if (number < 1 || number > v11::kMostExact) {
    moved.refused.push_back(fmt::format("{}: {} is no number from 1 to {}", onebot::json::write(onebot::Value(native)),
                                        number, v11::kMostExact));
  } else if (native.empty() || native.size() > kLongestNative) {
    moved.refused.push_back(fmt::format("{}: its native id has {} bytes", number, native.size()));
  } else {
    const auto kind = from.is_group && from.is_group(native) ? v11::Kind::group : v11::Kind::user;
    moved.entries.push_back({{{kind, platform, std::move(native)}, number, ""}, false});
  }
}

Result<Entry> entry_in(std::string_view line) {
  ONEBOT_TRY(document, onebot::json::Document::parse(line));
  const auto root = document.root();
  const auto kind = journal::kind_of(root.at("kind").str());
  if (!kind) return fail(Retcode::bad_param, "\"kind\" must be user, group or channel");
  const auto number = root.at("number").integer();
  if (!number || *number < 1 || *number > v11::kMostExact) {
    return fail(Retcode::bad_param, fmt::format("\"number\" must be one from 1 to {}", v11::kMostExact));
  }
  Entry entry{{{*kind, std::string(root.at("platform").str()), std::string(root.at("native").str())},
               *number,
               std::string(root.at("name").str())},
              root.at("alias").boolean()};
  const auto& native = entry.row.native;
  if (native.platform.empty()) return fail(Retcode::bad_param, "\"platform\" must be a string");
  if (native.id.empty() || native.id.size() > kLongestNative) {
    return fail(Retcode::bad_param, fmt::format("\"native\" must be a string of 1 to {} bytes", kLongestNative));
  }
  return entry;
}

// A name that stands in SQL, whatever is in it.
std::string name_in_sql(std::string_view name) {
  std::string out = "\"";
  for (const char byte : name) out += byte == '"' ? "\"\"" : std::string(1, byte);
  return out + '"';
}

Status read_table(Database& database, const std::string& table, const std::string& platform, const MovedFrom& from,
                  Moved& moved) {
  ONEBOT_TRY(rows, database.prepare(fmt::format("SELECT string, number FROM {} ORDER BY string", name_in_sql(table))));
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    add(moved, from, platform, std::string(rows.bytes(0)), rows.integer(1));
  }
}

std::pair<std::string_view, std::string_view> halves(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// A person within a group, who has a number in each.
void add_pair(Moved& moved, const MovedFrom& from, std::string_view key, std::string_view value) {
  const auto [group, user] = halves(key);
  const auto [group_text, user_text] = halves(value);
  const auto group_number = number_in(group_text), user_number = number_in(user_text);
  if (!group_number || !user_number || (number_in(group) && number_in(user))) return;  // the way back
  const MovedFrom groups{from.platform, [](const std::string&) { return true; }};
  const MovedFrom users{from.platform, {}};
  add(moved, groups, from.platform, std::string(group), *group_number);
  add(moved, users, from.platform, std::string(user), *user_number);
}

}  // namespace

Result<Moved> moved_in_lines(std::string_view text) {
  Moved moved;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto entry = entry_in(line);
    if (!entry) return fail(Retcode::bad_param, fmt::format("line {}: {}", number, entry.error().message));
    moved.entries.push_back(*std::move(entry));
  }
  return moved;
}

Result<Moved> moved_from_onebots(const std::string& path, const MovedFrom& from) {
  constexpr std::string_view kPrefix = "id_map_";
  std::error_code error;
  const auto whole = std::filesystem::canonical(path, error);
  if (error) return fail(Retcode::filesystem_error, fmt::format("cannot be read: {}", error.message()));
  ONEBOT_TRY(database, Database::open(whole.string(), Database::Access::read, kBusy));
  ONEBOT_TRY(tables, database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                      "substr(name, 1, 7) = 'id_map_' ORDER BY name"));
  Moved moved;
  bool any = false;
  for (;;) {
    ONEBOT_TRY(row, tables.step());
    if (!row) break;
    any = true;
    const std::string table(tables.bytes(0));
    const std::string platform = from.platform.empty() ? table.substr(kPrefix.size()) : from.platform;
    ONEBOT_CHECK(read_table(database, table, platform, from, moved));
  }
  if (!any) return fail(Retcode::bad_param, "has no table id_map_<platform>");
  return moved;
}

Result<Moved> moved_from_gensokyo(std::string_view bytes, const MovedFrom& from) {
  ONEBOT_TRY(file, BoltFile::open(bytes));
  Moved moved;
  ONEBOT_CHECK(file.each("ids", [&](std::string_view key, std::string_view value) {
    if (key == "currentRow" || key.starts_with("row-")) return;
    if (key.find(':') != key.npos) return add_pair(moved, from, key, value);
    if (value.size() != sizeof(std::uint64_t)) return;
    std::uint64_t number = 0;
    for (const char byte : value) number = number << 8 | static_cast<unsigned char>(byte);
    add(moved, from, from.platform, std::string(key), static_cast<v11::Number>(number));
  }));
  return moved;
}

std::string line_of(const Entry& entry) {
  const auto& [native, number, name] = entry.row;
  std::string line = fmt::format(R"({{"kind":"{}","platform":)", journal::name_of(native.kind));
  onebot::json::append_string(line, native.platform);
  line += ",\"native\":";
  onebot::json::append_string(line, native.id);
  line += fmt::format(",\"number\":{},", number);
  if (entry.is_alias) return line + "\"alias\":true}";
  line += "\"name\":";
  onebot::json::append_string(line, name);
  return line + '}';
}

}  // namespace bridge
