#include "bridge/process/ids.h"

#include "bridge/config/config.h"
#include "bridge/disk/data_dir.h"
#include "bridge/journal/number_tables.h"
#include "bridge/process/ids_folder.h"
#include "bridge/process/ids_moved.h"
#include "bridge/process/ids_query.h"
#include "bridge/process/ids_running.h"
#include "bridge/process/ids_source.h"
#include "onebot/v11/rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge {

using journal::IdEntry;
using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
namespace v11 = onebot::v11;

namespace {

constexpr int kUsage = 2;                        // exit code
constexpr std::size_t kMaxInput = 512ULL << 20;  // bytes
constexpr std::size_t kMostTold = 100;           // clashes that are named

int failed(std::ostream& err, std::string_view what) {
  err << fmt::format("onebridge ids: {}\n", what);
  return 1;
}

int wrong(std::ostream& err, std::string_view what) {
  failed(err, what);
  return kUsage;
}

// A folder that is there, unless it is to be made: a misspelt one is not.
Result<std::unique_ptr<IdSource>> open_source(const IdsOptions& options, bool make = false) {
  std::optional<Config> config;
  if (!options.config.empty()) {
    ReadConfig read = load_config(options.config);
    if (!read.config) return fail(Retcode::bad_param, fmt::format("{}", fmt::join(read.mistakes, "\n")));
    config = std::move(read.config);
  }
  const std::string& data_dir = config ? config->data_dir : options.data_dir;
  std::error_code error;
  if (!make && !std::filesystem::is_directory(data_dir, error)) {
    return fail(Retcode::filesystem_error,
                fmt::format("{}: is no folder; --data-dir names the data_dir of the configuration", data_dir));
  }
  if (!DataDir::is_in_use(data_dir)) return numbers_of_folder(data_dir, options.wall);
  if (config) return numbers_of_running(*config);
  return fail(Retcode::filesystem_error,
              fmt::format("data_dir {} is in use by another onebridge process: stop it, or name its configuration with "
                          "--config FILE, so that it is asked by its admin port",
                          data_dir));
}

Result<std::vector<IdEntry>> entries_of(IdSource& source, const IdQuery& query) {
  std::vector<IdEntry> found;
  ONEBOT_CHECK(source.each(query, [&](const IdEntry& entry) { found.push_back(entry); }));
  return found;
}

IdQuery query_of(const IdsOptions& options) { return {.platform = options.platform, .kind = options.kind}; }

Result<std::string> read_input(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  if (!file) return fail(Retcode::filesystem_error, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  char bytes[1 << 16];
  while (in.read(bytes, sizeof bytes), in.gcount() > 0) {
    text.append(bytes, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxInput) {
      return fail(Retcode::bad_param, fmt::format("{}: is longer than {} MiB", path, kMaxInput >> 20));
    }
  }
  return text;
}

// Groups of the file that names some, of the log, and of the numbers there are.
Result<std::set<std::string>> groups_of(IdSource& source, const IdsOptions& options) {
  std::set<std::string> groups;
  ONEBOT_CHECK(source.each_group([&](std::string_view group) { groups.emplace(group); }));
  ONEBOT_CHECK(source.each({.kind = "group"}, [&](const IdEntry& entry) { groups.insert(entry.row.native.id); }));
  if (options.groups.empty()) return groups;
  ONEBOT_TRY(text, read_input(options.groups));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) groups.insert(line);
  }
  return groups;
}

Result<Moved> read_moved(IdSource& source, const IdsOptions& options) {
  const auto named = [&](Result<Moved> moved) {
    if (!moved) moved.error().message = fmt::format("{}: {}", options.file, moved.error().message);
    return moved;
  };
  if (options.from.empty()) {
    ONEBOT_TRY(text, read_input(options.file));
    return named(moved_in_lines(text));
  }
  ONEBOT_TRY(groups, groups_of(source, options));
  const MovedFrom from{options.platform, [&](const std::string& native) { return groups.contains(native); }};
  if (options.from == "onebots") return named(moved_from_onebots(options.file, from));
  ONEBOT_TRY(bytes, read_input(options.file));
  return named(moved_from_gensokyo(bytes, from));
}

int tell_clashes(const std::vector<std::string>& clashes, std::ostream& err) {
  for (std::size_t i = 0; i < std::min(clashes.size(), kMostTold); ++i) err << clashes[i] << '\n';
  if (clashes.size() > kMostTold) err << fmt::format("and {} more\n", clashes.size() - kMostTold);
  return failed(err, fmt::format("nothing was imported: clashes={}", clashes.size()));
}

// Whom bind is for: who is there under this native id, or who will be.
Result<v11::IdRow> meant_row(IdSource& source, const IdsOptions& options) {
  IdQuery query = query_of(options);
  query.native = options.text;
  query.aliases = false;
  ONEBOT_TRY(found, entries_of(source, query));
  if (found.size() == 1) return found.front().row;
  const auto kind = journal::kind_of(options.kind);
  if (kind && !options.platform.empty()) return v11::IdRow{{*kind, options.platform, options.text}, 0, ""};
  return fail(Retcode::bad_param, fmt::format("{}: {}; say --platform and --kind", options.text,
                                              found.empty() ? "has no number yet" : "is more than one"));
}

int print(const Result<std::unique_ptr<IdSource>>& source, const IdQuery& query, std::ostream& out, std::ostream& err) {
  if (!source) return failed(err, source.error().message);
  const Status done = (*source)->each(query, [&](const IdEntry& entry) { out << line_of(entry) << '\n'; });
  return done ? 0 : failed(err, done.error().message);
}

}  // namespace

int list_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  IdQuery query = query_of(options);
  query.text = options.text;
  query.aliases = false;
  return print(open_source(options), query, out, err);
}

int find_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto source = open_source(options);
  if (!source) return failed(err, source.error().message);
  IdQuery query = query_of(options);
  query.native = options.text;
  query.number = number_in(options.text);
  const auto found = entries_of(**source, query);
  if (!found) return failed(err, found.error().message);
  if (found->empty()) return failed(err, fmt::format("{}: is nobody's number and has none", options.text));
  for (const IdEntry& entry : *found) out << line_of(entry) << '\n';
  return 0;
}

int bind_id(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto number = number_in(options.number);
  if (!number) return wrong(err, fmt::format("bind: \"{}\" is no number", options.number));
  const auto source = open_source(options);
  if (!source) return failed(err, source.error().message);
  const auto row = meant_row(**source, options);
  if (!row) return wrong(err, row.error().message);
  const IdEntry entry{{row->native, *number, row->name}, false};
  const auto clashes = (*source)->take({entry});
  if (!clashes) return failed(err, clashes.error().message);
  if (!clashes->empty()) return failed(err, clashes->front());
  out << line_of(entry) << '\n';
  return 0;
}

int export_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  return print(open_source(options), query_of(options), out, err);
}

int import_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  if (options.from == "gensokyo" && options.platform.empty()) {
    return wrong(err, "import: the file does not say of which platform it is; say --platform");
  }
  const auto source = open_source(options, true);
  if (!source) return failed(err, source.error().message);
  const auto moved = read_moved(**source, options);
  if (!moved) return failed(err, moved.error().message);
  const auto clashes = (*source)->take(moved->entries);
  if (!clashes) return failed(err, clashes.error().message);
  if (!clashes->empty()) return tell_clashes(*clashes, err);
  for (const std::string& one : moved->refused) err << fmt::format("left out: {}\n", one);
  out << fmt::format("imported={} left_out={}\n", moved->entries.size(), moved->refused.size());
  return 0;
}

}  // namespace bridge
