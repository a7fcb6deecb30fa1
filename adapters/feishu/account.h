// Account: the bot as translation sees it, and the ids of people as it shows them.
//
// The rules of the event tables hand on the Self they are called with. Here that is always an Account, so they find
// the dialect and the memory in it.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/memory.h"
#include "adapters/kit/identity.h"
#include "onebot/event.h"
#include "onebot/json.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

struct Account : kit::Profile {
  IdType id_type = IdType::open_id;
  std::string app_id{};                // "" = not known
  const Memory* memory = nullptr;      // nullptr: nothing is remembered
  bool forward_bot_messages = true;    // of other bots; its own are never passed on
  bool forward_unknown = true;         // events without a row, as <prefix>.raw_event
  std::vector<std::string> secrets{};  // of the configuration: never in what is passed on

  const Dialect& dialect() const { return dialect_of(platform); }
  // A name with the platform's prefix.
  std::string extension(std::string_view word) const { return std::string(dialect().prefix).append(word); }
};

inline Account account_of(const onebot::Self& self) {
  Account account;
  static_cast<onebot::Self&>(account) = self;
  return account;
}

// What get_self_info says.
onebot::Fields profile_of(const Account& account);

// The id of whom the platform also calls so: the bot and other bots go by their apps in some places.
std::string known_as(std::string_view id, const Account& account);
// The id of a person: {open_id, union_id, user_id} as the configuration chooses, else the first there is. The bot
// itself always goes by self.user_id, by which applications recognise it. Also takes one id as text.
std::string user_id(onebot::json::View id, const Account& account);
// The same from the first of these places that has one.
std::string first_id(std::initializer_list<onebot::json::View> places, const Account& account);
bool is_self(onebot::json::View id, const Account& account);

// Extended events and segments are written with Feishu's prefix in the tables; this is how the platform calls them.
// "_." marks a name that goes without a prefix.
std::string respelled(std::string_view name, const Account& account);

}  // namespace feishu
