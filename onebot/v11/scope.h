// Scope: what translating for one bot and one set of options stands on.

#pragma once

#include "onebot/v11/message_numbers.h"
#include "onebot/v11/numbers.h"
#include "onebot/v11/options.h"
#include "onebot/value.h"

#include <string>
#include <string_view>

namespace onebot::v11 {

// A file as its segment names it.
struct MediaFile {
  std::string_view token{};    // under which OneBot 11 knows it, the same for the same file
  std::string_view file_id{};  // under which OneBot 12 does
  std::string_view url{};      // where the platform offers it to everybody; "" when it does not
  std::string_view bot{};      // "platform/app_id", whose event carries it
};

// Where a consumer gets files from, and who remembers their tokens.
class Media {
 public:
  virtual ~Media() = default;
  // An http address that can be read without credentials; "" when there is none: the segment becomes a text then.
  virtual std::string address(const MediaFile& file) = 0;
};

struct Scope {
  IdNumbers& ids;
  MessageNumbers& messages;
  Media& media;
  std::string bot{};   // "platform/app_id"
  Number self_id = 0;  // IdNumbers::self()
  Options options{};

  std::string platform() const { return bot.substr(0, bot.find('/')); }
};

// The number of a person or place, or in string mode its native id; the bot itself is always a number. 0 or "": nobody.
Value id_value(const Scope& scope, const Native& native, std::string_view name = {});
// The same as the text that stands in a segment. "": nobody.
std::string id_text(const Scope& scope, const Native& native, std::string_view name = {});
bool is_self(const Scope& scope, const Native& native);

}  // namespace onebot::v11
