#include "bridge/process/admin_ids.h"

#include "bridge/process/ids_moved.h"
#include "bridge/process/ids_query.h"
#include "bridge/process/ids_taken.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace bridge {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
namespace io = onebot::io;

namespace {

constexpr std::size_t kLooked = 2'000;        // rows of a portion
constexpr std::size_t kShown = 256 << 10;     // bytes of a portion, and one line
constexpr std::size_t kLongestPlace = 1'024;  // bytes of a name that a URL carries

io::HttpResponse answer(int status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
  return {status, {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}}, std::move(body)};
}

// nullopt: from the start.
Result<std::optional<journal::IdEntry>> place_in(std::string_view query) {
  const auto text = io::query_param(query, "after");
  if (!text) return std::optional<journal::IdEntry>();
  auto moved = moved_in_lines(*text);
  if (!moved) return fail(Retcode::bad_param, fmt::format("\"after\": {}", moved.error().message));
  if (moved->entries.size() != 1) return fail(Retcode::bad_param, "\"after\" is not what an answer said");
  return std::optional(std::move(moved->entries.front()));
}

// Where the next portion begins: the line without its name, which is no part of the order.
std::string place_of(journal::IdEntry entry) {
  entry.row.name.clear();
  return io::percent_encode(line_of(entry));
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace

io::HttpResponse AdminIds::show(std::string_view query) const {
  const auto wanted = read_id_query(query);
  if (!wanted) return answer(400, wanted.error().message + '\n');
  const auto after = place_in(query);
  if (!after) return answer(400, after.error().message + '\n');
  const auto page = journal_.ids(*after ? &**after : nullptr, kLooked);
  if (!page) return answer(503, page.error().message + '\n');
  std::string lines;
  const journal::IdEntry* last = nullptr;
  for (const journal::IdEntry& entry : page->entries) {
    if (is_meant(*wanted, entry)) lines += line_of(entry) + '\n';
    if (entry.row.native.id.size() <= kLongestPlace) last = &entry;
    if (lines.size() > kShown && last == &entry) break;
  }
  io::HttpResponse response = answer(200, std::move(lines), "application/x-ndjson");
  const bool more = page->more || (last && last != &page->entries.back());
  if (last && more) response.headers.emplace_back(kAfter, place_of(*last));
  return response;
}

Result<std::size_t> AdminIds::put(std::string_view lines, std::vector<std::string>& clashes) {
  ONEBOT_TRY(moved, moved_in_lines(lines));
  const auto failed = journal_.failed_looks();
  StagedIds staged(journal_.numbers().ids);
  clashes = take_all(staged, moved.entries);
  if (journal_.failed_looks() != failed) {
    return fail(Retcode::database_error,
                "the journal's file could not be read, so nothing was imported; the log says why");
  }
  if (clashes.empty()) staged.put_down();
  return moved.entries.size();
}

void AdminIds::take(std::string_view lines, std::unique_ptr<io::Exchange> exchange) {
  std::vector<std::string> clashes;
  const auto count = put(lines, clashes);
  if (!count) {
    const int status = count.error().code == Retcode::bad_param ? 400 : 503;
    return exchange->answer(answer(status, count.error().message + '\n'));
  }
  if (!clashes.empty()) return exchange->answer(answer(409, lines_of(clashes)));
  log_.line(onebot::LogLevel::info, fmt::format("numbers were imported by the admin port numbers={}", *count));
  const std::shared_ptr<io::Exchange> waiting = std::move(exchange);
  journal_.append({.committed = [waiting, n = *count](bool done) {
    waiting->answer(
        done ? answer(200, fmt::format("imported={}\n", n))
             : answer(503,
                      "the numbers are in use, but not on disk yet: the journal could not be written, and is "
                      "tried again; the log says why\n"));
  }});
}

}  // namespace bridge
