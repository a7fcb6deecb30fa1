// Target: who a message goes to or a call is about, and by what kind of id. Platform: receive_id_type, user_id_type.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <string>
#include <string_view>

namespace feishu {

struct Target {
  std::string id_type{};
  std::string id{};
};

// A parameter that names something: 1 to 256 characters.
onebot::Result<std::string> id_param(const onebot::Fields& params, std::string_view name);

// A person by any id: the one under which the memory says they can be written to, else as the id begins.
Target person(std::string_view user_id, const Account& account);

// Where send_message goes. Errors: bad_param, unsupported_param.
onebot::Result<Target> target_of(const onebot::Fields& params, const Account& account);

}  // namespace feishu
