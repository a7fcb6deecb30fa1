// GrantedIntents: what this bot asks for, what the platform has refused of it, and the memory of both over restarts.

#pragma once

#include "adapters/qq/feed/intents.h"
#include "onebot/adapter.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

class GrantedIntents {
 public:
  static constexpr std::string_view kRecord = "intents";

  explicit GrantedIntents(std::uint32_t configured) : configured_(configured), now_{configured} {}

  std::uint32_t bits() const { return now_.bits; }
  // Takes up what was accepted in an earlier life, unless the configuration has changed since, or it is a week old:
  // then everything is asked for again, since a grant may have been given meanwhile.
  void recall(std::string_view record, double wall);
  // The platform refused bits(). Returns what is given up, as names; "" when nothing is left to give up, and then
  // the next attempt asks for everything again.
  std::string refused();
  // The platform accepted bits(). A record to keep, if there is news.
  std::optional<onebot::Record> accepted(double wall);

 private:
  std::uint32_t configured_;
  Intents now_;
  static constexpr std::uint32_t kStale = ~std::uint32_t{0};
  std::uint32_t kept_ = 0;  // as recorded; 0: nothing is; kStale: something that no longer counts
};

}  // namespace qq
