// Rich text: the "post" messages of schema 2.0, made of nodes, and of schema 1.0, made of something like HTML.
// Platform: im-v1/message-content (receive), "post".

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string_view>

namespace feishu {

// content: {"title", "content": [[node, ...], ...]}, with or without a locale around it. Files of it belong to the
// message message_id.
onebot::Message read_post(onebot::json::View content, onebot::json::View mentions, std::string_view message_id,
                          const Account& account);

// native: {"title", "text", "image_keys"} of a message of schema 1.0.
onebot::Message read_legacy_post(onebot::json::View native, std::string_view message_id, const Account& account);

}  // namespace feishu
