// The calls of this kind of platform: one row for each action, with what it asks and what it tells. Names carry
// Feishu's prefix here; action_name() says how the platform at hand calls them. A row is offered where its path is.
// Platform: contact/v3, im/v1 chats, messages, reactions and pins, interactive/v1/card/update.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/calls/paths.h"
#include "onebot/call.h"

#include <string>
#include <string_view>

namespace feishu {

// What is code: see Actions.
inline constexpr std::string_view kCoded[] = {"send_message", "get_self_info", "delete_message"};

const onebot::CallTable& calls();
std::string action_name(const onebot::CallRow& row, const Account& account);
bool is_offered(const onebot::CallRow& row, const OwnPaths& paths);
// Where the path of this name is; "" = nowhere. Valid as long as paths.
std::string_view path_named(std::string_view name, const OwnPaths& paths);

}  // namespace feishu
