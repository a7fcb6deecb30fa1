#include "adapters/qq/feed/intents.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace qq {
namespace {

constexpr int kPrivateMessages = 9, kPublicMessages = 30;

// Least missed first: what only guild bots have, what needs a request, and at the end what nearly every bot has.
constexpr int kGiveUpOrder[] = {1, 9, 30, 12, 24, 26, 23, 18, 19, 28, 29, 10, 27, 25, 0};
static_assert(std::size(kGiveUpOrder) == std::size(kIntents));

constexpr std::uint32_t mask(int bit) { return std::uint32_t{1} << bit; }

bool swappable(const Intents& intents, int bit) {
  const int other = bit == kPrivateMessages ? kPublicMessages : kPrivateMessages;
  return (bit == kPrivateMessages || bit == kPublicMessages) && !intents.swapped && !(intents.bits & mask(other));
}

std::string all_names() {
  std::string names;
  for (const Intent& intent : kIntents) names += fmt::format("{}{}", names.empty() ? "" : " ", intent.name);
  return names;
}

}  // namespace

std::uint32_t default_intents() {
  std::uint32_t bits = 0;
  for (const Intent& intent : kIntents) bits |= intent.by_default ? mask(intent.bit) : 0;
  return bits;
}

onebot::Result<std::uint32_t> read_intents(const onebot::List& names) {
  if (names.empty()) return default_intents();
  std::uint32_t bits = 0;
  for (const onebot::Value& value : names) {
    const auto* name = std::get_if<std::string>(&value);
    if (!name) return onebot::fail(onebot::Retcode::bad_param, "intents: every entry must be a string");
    const auto* found = std::ranges::find(kIntents, std::string_view(*name), &Intent::name);
    if (found == std::end(kIntents)) {
      return onebot::fail(onebot::Retcode::bad_param,
                          fmt::format("intents: \"{}\" is none; allowed: {}", *name, all_names()));
    }
    bits |= mask(found->bit);
  }
  return bits;
}

std::optional<Intents> reduced(Intents refused) {
  for (const int bit : kGiveUpOrder) {
    if (!(refused.bits & mask(bit))) continue;
    if (swappable(refused, bit)) {
      return Intents{refused.bits ^ mask(kPrivateMessages) ^ mask(kPublicMessages), true};
    }
    refused.bits &= ~mask(bit);
    if (refused.bits == 0) return std::nullopt;
    return refused;
  }
  return std::nullopt;
}

std::string intent_names(std::uint32_t bits) {
  std::string names;
  for (int bit = 0; bit < 32; ++bit) {
    if (!(bits & mask(bit))) continue;
    if (!names.empty()) names += ' ';
    const auto* found = std::ranges::find(kIntents, bit, &Intent::bit);
    names += found == std::end(kIntents) ? fmt::format("bit {}", bit) : std::string(found->name);
  }
  return names;
}

}  // namespace qq
