#include "onebot/v11/numbers.h"

#include "onebot/ascii.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace onebot::v11 {
namespace {

struct Range {
  Number low = 0;
  Number count = 0;
};

constexpr Range range_of(Space space) {
  return space == Space::user ? Range{10'000'000'000, 40'000'000'000} : Range{50'000'000'000, 50'000'000'000};
}

constexpr std::array<std::string_view, 3> kKinds = {"user", "group", "channel"};

// An app_id that is a number no space gives away; 0: it is none.
Number small_number(std::string_view text) {
  const Number number = text.starts_with('0') ? 0 : ascii::number_in<Number>(text).value_or(0);
  return number > 0 && number < range_of(Space::user).low ? number : 0;
}

}  // namespace

Number derived_number(const Native& native) {
  const auto [low, count] = range_of(space_of(native.kind));
  const std::string_view kind = kKinds.at(static_cast<std::size_t>(native.kind));
  const std::string digest = crypto::sha256(fmt::format("{}\x1f{}\x1f{}", kind, native.platform, native.id));
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | static_cast<unsigned char>(digest.at(i));
  return low + static_cast<Number>(hash % static_cast<std::uint64_t>(count));
}

Number configured_number(const BotIdentity& bot) {
  return bot.configured_self > 0 ? bot.configured_self : small_number(bot.app_id);
}

Number IdNumbers::number(const Native& native, std::string_view name) {
  if (native.id.empty()) return 0;
  const bool named = !name.empty() && name.size() <= kLongestName;
  auto row = rows_.find(native);
  if (!row) {
    row = IdRow{native, free_number(native), std::string(named ? name : "")};
    rows_.put(*row);
  } else if (named && row->name != name && row->native == native) {
    row->name = name;
    rows_.put(*row);
  }
  return row->number;
}

Number IdNumbers::free_number(const Native& native) const {
  const Space space = space_of(native.kind);
  const auto [low, count] = range_of(space);
  Number number = derived_number(native);
  while (rows_.find(space, number)) number = low + (number - low + 1) % count;
  return number;
}

std::optional<Native> IdNumbers::native(Space space, Number number) const {
  if (number == 0) return std::nullopt;
  auto row = rows_.find(space, number);
  return row ? std::optional(std::move(row->native)) : std::nullopt;
}

std::string IdNumbers::name(const Native& native) const {
  const auto row = rows_.find(native);
  return row ? row->name : std::string();
}

Status IdNumbers::bind(const Native& native, Number number) {
  if (number < 1 || number > kMostExact) {
    return fail(Retcode::bad_param, fmt::format("{} is no number from 1 to {}", number, kMostExact));
  }
  const auto other = rows_.find(space_of(native.kind), number);
  if (other && other->native != native) {
    return fail(Retcode::bad_param, fmt::format("{} is the number of {}", number, other->native.id));
  }
  take(native, number);
  return {};
}

Number IdNumbers::self(const BotIdentity& bot) {
  const Native native{Kind::user, bot.platform, bot.user_id};
  const Number own = configured_number(bot);
  if (own == 0) return number(native);
  if (bot.user_id.empty()) return own;
  take(native, own);
  return own;
}

void IdNumbers::take(const Native& native, Number number) {
  const auto row = rows_.find(native);
  if (row && row->number == number) return;
  auto other = rows_.find(space_of(native.kind), number);
  if (other && other->native != native) {
    other->number = free_number(other->native);
    rows_.put(*other);
  }
  rows_.put({native, number, row ? row->name : std::string()});
  if (row) rows_.put_alias(native, row->number);
}

}  // namespace onebot::v11
