// Numbers of users, groups and channels: one for each native id, the same in every field, on every link, after every
// restart.
//
//   user             10,000,000,000 - 49,999,999,999     eleven digits: nobody's account number
//   group, channel   50,000,000,000 - 99,999,999,999     apart, so that a mix-up is an error and no wrong recipient
//
// A number is derived: lo + h mod n, h the first 8 bytes of SHA-256(kind 0x1f platform 0x1f native), and the next free
// one upwards when another native has it. So a lost data folder gives the same numbers again. A stored row always wins.
// 0 is nobody: what is "", missing or unknown.

#pragma once

#include "onebot/result.h"
#include "onebot/v11/rows.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::v11 {

// The largest that every JSON reader holds exactly.
inline constexpr Number kMostExact = 9'007'199'254'740'991;
// Bytes of a name that is remembered.
inline constexpr std::size_t kLongestName = 256;

// Which bot a number is asked for.
struct BotIdentity {
  std::string platform{};      // as in the configuration
  std::string app_id{};        // as in the configuration
  std::string user_id{};       // native; "" until the platform has told it
  Number configured_self = 0;  // "onebot11_id"; 0: not set
};

// The number that the configuration says by itself: onebot11_id, else an app_id that is a number below all spaces. 0:
// none.
Number configured_number(const BotIdentity& bot);

class IdNumbers {
 public:
  explicit IdNumbers(IdRows& rows) : rows_(rows) {}

  // Its number; one that has none yet gets one. name: what it is called now, "" when that was not told.
  Number number(const Native& native, std::string_view name = {});
  std::optional<Native> native(Space space, Number number) const;
  bool is_known(const Native& native) const { return rows_.find(native).has_value(); }  // has a number
  std::string name(const Native& native) const;                                         // the last one told

  // From now on this number goes out, and the old one is understood still. bad_param: 0, beyond kMostExact, or
  // another's.
  Status bind(const Native& native, Number number);
  // The number of a bot: the configured one, else its app_id if that is a number below all spaces, else its user's.
  // Both of the first become what its native id is called by; whoever had that number gets another. 0: nothing is known
  // of it yet.
  Number self(const BotIdentity& bot);

 private:
  Number free_number(const Native& native) const;
  void take(const Native& native, Number number);

  IdRows& rows_;
};

// The number that is tried first.
Number derived_number(const Native& native);

}  // namespace onebot::v11
