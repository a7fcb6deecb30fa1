// Passed: extended segments that are in the platform's own words already, and go out as they are: cards, posts,
// stickers, shared chats and people.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/messages/outgoing.h"
#include "onebot/result.h"
#include "onebot/segment.h"

#include <string_view>
#include <vector>

namespace feishu {

struct Passed {
  std::string_view segment{}, msg_type{};
  std::string_view member{};  // the one it is about
  bool whole = false;         // the member is the content, as an object or as JSON text; else it is in the content
};
inline constexpr Passed kPassed[] = {
    {"card", "interactive", "content", true}, {"post", "post", "content", true},
    {"sticker", "sticker", "file_key"},       {"share_chat", "share_chat", "chat_id"},
    {"share_user", "share_user", "user_id"},
};

const Passed* find_passed(const onebot::Segment& segment, const Dialect& dialect);  // nullptr: it is none of them
// A post that is too long becomes several. Error: bad_segment_data, also for what is too long otherwise.
onebot::Result<std::vector<Outgoing>> pass(const onebot::Segment& segment, const Passed& passed);

}  // namespace feishu
