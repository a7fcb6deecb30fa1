#include "bridge/process/ids_taken.h"

#include "bridge/process/ids_moved.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <utility>

namespace bridge {

namespace v11 = onebot::v11;

namespace {

// Error: it is another's number.
onebot::Status take(v11::IdRows& rows, const journal::IdEntry& entry) {
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
    return onebot::fail(onebot::Retcode::bad_param, fmt::format("{} is the number of {}", number, owner->native.id));
  }
  if (!own || own->number != number) rows.put_alias(native, number);
  return {};
}

}  // namespace

std::vector<std::string> take_all(v11::IdRows& rows, const std::vector<journal::IdEntry>& entries) {
  std::vector<std::string> clashes;
  for (const journal::IdEntry& entry : entries) {
    const onebot::Status taken = take(rows, entry);
    if (!taken) clashes.push_back(fmt::format("{}: {}", line_of(entry), taken.error().message));
  }
  return clashes;
}

std::optional<v11::IdRow> StagedIds::find(const v11::Native& native) const {
  if (const auto* row = staged_.row(native)) return *row;
  auto row = below_.find(native);
  if (row && row->native == native) return row;
  if (const auto number = staged_.alias(native)) return find(space_of(native.kind), *number);
  return row ? find(row->native) : std::nullopt;
}

std::optional<v11::IdRow> StagedIds::find(v11::Space space, v11::Number number) const {
  const v11::Native* native = staged_.owner({space, number});
  auto row = native ? std::nullopt : below_.find(space, number);
  if (!native && row) native = &row->native;
  if (!native) native = staged_.named({space, number});
  if (!native) return std::nullopt;
  const auto* staged = staged_.row(*native);
  if (staged) return *staged;
  return row ? row : v11::IdRow{*native, number, ""};
}

void StagedIds::put_down() {
  for (const auto& [native, row] : staged_.rows()) below_.put(row);
  for (const auto& [native, number] : staged_.aliases()) below_.put_alias(native, number);
}

}  // namespace bridge
