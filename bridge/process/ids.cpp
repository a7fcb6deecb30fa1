#include "bridge/process/ids.h"

#include "bridge/journal/id_book.h"
#include "bridge/process/ids_moved.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
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

using journal::IdBook;
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

// Of a folder that is there: a misspelt one is not made.
Result<std::unique_ptr<IdBook>> open_book(const IdsOptions& options) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.data_dir, error)) {
    return fail(Retcode::filesystem_error,
                fmt::format("{}: is no folder; --data-dir names the data_dir of the configuration", options.data_dir));
  }
  return IdBook::open(options.data_dir, options.wall);
}

std::optional<v11::Number> number_in(std::string_view text) {
  v11::Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_meant(const IdsOptions& options, const v11::Native& native) {
  return (options.platform.empty() || native.platform == options.platform) &&
         (options.kind.empty() || journal::name_of(native.kind) == options.kind);
}

Result<std::vector<IdBook::Entry>> entries_of(IdBook& book, const IdsOptions& options, auto&& wanted) {
  std::vector<IdBook::Entry> found;
  ONEBOT_CHECK(book.each([&](const IdBook::Entry& entry) {
    if (is_meant(options, entry.row.native) && wanted(entry)) found.push_back(entry);
  }));
  return found;
}

int print(const Result<std::vector<IdBook::Entry>>& entries, std::ostream& out, std::ostream& err) {
  if (!entries) return failed(err, entries.error().message);
  for (const auto& entry : *entries) out << line_of(entry) << '\n';
  return 0;
}

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
Result<std::set<std::string>> groups_of(IdBook& book, const IdsOptions& options) {
  std::set<std::string> groups;
  ONEBOT_CHECK(book.each_group([&](std::string_view group) { groups.emplace(group); }));
  ONEBOT_CHECK(book.each([&](const IdBook::Entry& entry) {
    if (entry.row.native.kind == v11::Kind::group) groups.insert(entry.row.native.id);
  }));
  if (options.groups.empty()) return groups;
  ONEBOT_TRY(text, read_input(options.groups));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) groups.insert(line);
  }
  return groups;
}

Result<Moved> read_moved(IdBook& book, const IdsOptions& options) {
  const auto named = [&](Result<Moved> moved) {
    if (!moved) moved.error().message = fmt::format("{}: {}", options.file, moved.error().message);
    return moved;
  };
  if (options.from.empty()) {
    ONEBOT_TRY(text, read_input(options.file));
    return named(moved_in_lines(text));
  }
  ONEBOT_TRY(groups, groups_of(book, options));
  const MovedFrom from{options.platform, [&](const std::string& native) { return groups.contains(native); }};
  if (options.from == "onebots") return named(moved_from_onebots(options.file, from));
  ONEBOT_TRY(bytes, read_input(options.file));
  return named(moved_from_gensokyo(bytes, from));
}

// Error: it is another's number.
Status take(v11::IdRows& rows, const IdBook::Entry& entry) {
  const auto& [native, number, name] = entry.row;
  v11::IdNumbers ids(rows);
  if (!entry.is_alias) {
    ONEBOT_CHECK(ids.bind(native, number));
    if (!name.empty()) (void)ids.number(native, name);
    return {};
  }
  const auto owner = rows.find(space_of(native.kind), number);
  const auto own = rows.find(native);
  if (owner && owner->native != native && own && own->native == native) {
    return fail(Retcode::bad_param, fmt::format("{} is the number of {}", number, owner->native.id));
  }
  if (!own || own->number != number) rows.put_alias(native, number);
  return {};
}

int tell_clashes(const std::vector<std::string>& clashes, std::ostream& err) {
  for (std::size_t i = 0; i < std::min(clashes.size(), kMostTold); ++i) err << clashes[i] << '\n';
  if (clashes.size() > kMostTold) err << fmt::format("and {} more\n", clashes.size() - kMostTold);
  return failed(err, fmt::format("nothing was imported: clashes={}", clashes.size()));
}

// Whom bind is for: who is there under this native id, or who will be.
Result<v11::Native> meant_native(IdBook& book, const IdsOptions& options) {
  ONEBOT_TRY(found, entries_of(book, options, [&](const auto& entry) {
               return !entry.is_alias && entry.row.native.id == options.text;
             }));
  if (found.size() == 1) return found.front().row.native;
  const auto kind = journal::kind_of(options.kind);
  if (kind && !options.platform.empty()) return v11::Native{*kind, options.platform, options.text};
  return fail(Retcode::bad_param, fmt::format("{}: {}; say --platform and --kind", options.text,
                                              found.empty() ? "has no number yet" : "is more than one"));
}

}  // namespace

int list_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto book = open_book(options);
  if (!book) return failed(err, book.error().message);
  return print(entries_of(**book, options,
                          [&](const IdBook::Entry& entry) {
                            return !entry.is_alias && (entry.row.native.id.contains(options.text) ||
                                                       entry.row.name.contains(options.text));
                          }),
               out, err);
}

int find_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto book = open_book(options);
  if (!book) return failed(err, book.error().message);
  const auto number = number_in(options.text);
  const auto found = entries_of(**book, options, [&](const IdBook::Entry& entry) {
    return entry.row.native.id == options.text || entry.row.number == number;
  });
  if (found && found->empty()) return failed(err, fmt::format("{}: is nobody's number and has none", options.text));
  return print(found, out, err);
}

int bind_id(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto number = number_in(options.number);
  if (!number) return wrong(err, fmt::format("bind: \"{}\" is no number", options.number));
  const auto book = open_book(options);
  if (!book) return failed(err, book.error().message);
  const auto native = meant_native(**book, options);
  if (!native) return wrong(err, native.error().message);
  v11::IdNumbers ids((*book)->rows());
  Status done = ids.bind(*native, *number);
  if (done) done = (*book)->commit();
  if (!done) return failed(err, done.error().message);
  out << line_of({{*native, *number, ids.name(*native)}, false}) << '\n';
  return 0;
}

int export_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  const auto book = open_book(options);
  if (!book) return failed(err, book.error().message);
  const Status done = (*book)->each([&](const IdBook::Entry& entry) {
    if (is_meant(options, entry.row.native)) out << line_of(entry) << '\n';
  });
  return done ? 0 : failed(err, done.error().message);
}

int import_ids(const IdsOptions& options, std::ostream& out, std::ostream& err) {
  if (options.from == "gensokyo" && options.platform.empty()) {
    return wrong(err, "import: the file does not say of which platform it is; say --platform");
  }
  const auto book = IdBook::open(options.data_dir, options.wall);
  if (!book) return failed(err, book.error().message);
  const auto moved = read_moved(**book, options);
  if (!moved) return failed(err, moved.error().message);
  std::vector<std::string> clashes;
  for (const auto& entry : moved->entries) {
    const Status taken = take((*book)->rows(), entry);
    if (!taken) clashes.push_back(fmt::format("{}: {}", line_of(entry), taken.error().message));
  }
  if (!clashes.empty()) return tell_clashes(clashes, err);
  if (const Status done = (*book)->commit(); !done) return failed(err, done.error().message);
  for (const std::string& one : moved->refused) err << fmt::format("left out: {}\n", one);
  out << fmt::format("imported={} left_out={}\n", moved->entries.size(), moved->refused.size());
  return 0;
}

}  // namespace bridge
