// Rich text: the "post" messages of schema 2.0, made of nodes, and of schema 1.0, made of something like HTML.
// Platform: im-v1/message-content (receive), "post".
//
//   body = {"title", "content": rows, "content_v2": rows in Markdown, "files": [{"file_key", "file_name",
//   "is_folder"}]} rows = [row, ...], row = [node, ...] | node
//
// A body comes as it is, under a locale, or in a wrapper around both; of several locales one is read, and of "content"
// and "content_v2", which say the same. Whatever is none of this, at any level, is kept as <prefix>unknown.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/mentions.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string_view>

namespace feishu {

// Files of a post belong to the message message_id.
onebot::Message read_post(onebot::json::View content, Mentions& mentions, std::string_view message_id,
                          const Account& account);

// native: {"title", "text", "image_keys"} of a message of schema 1.0.
onebot::Message read_legacy_post(onebot::json::View native, std::string_view message_id, const Account& account);

}  // namespace feishu
