// Trait: what a row of a platform's table of events says besides its event.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <string_view>

namespace onebot {

using ReadField = Value (*)(json::View native, json::View item, const Self&);  // null: left out

// Its words mean the same on every platform; the platform's own parts act on them.
struct Trait {
  enum class Kind {
    once,         // key `word`: what two natives call by the same id at `path` is one thing told twice
    own_twice,    // of the bot itself the platform tells it under two names
    own_echo,     // may be the bot's own doing: its message is at `path`, its doer at `other`
    written_by,   // the person at `path`, whose name is at `other`, found also in the place at `word`
    in,           // happened in the chat at `path`
    answerable,   // and can be answered there
    refuses,      // the chat at `path` wants nothing unasked any more
    consents,     // it wants that again
    leaves,       // the bot is no longer in it
    awaited,      // the platform waits for a word about the id at `path`, if what is at `other` is one of `word`
    receipt_now,  // its delivery is acknowledged at once, not when it is on disk
    passes,       // what waits for the id at `path` has become the id at `other`
    rejects,      // it has become nothing
    shows_self,   // names the bot by mentioning it alone: the mentions are at `path`, their writer at `other`
    stopped_by,   // the bot may not work while what is at `path` begins with `word`
    ignored,      // no event of an application's
  };
  Kind kind = Kind::once;
  int scene = 0;  // the kind of chat, as the platform counts them
  std::string_view path{}, other{}, word{};
  ReadField read = nullptr;  // of once: what else belongs to the key
};

}  // namespace onebot
