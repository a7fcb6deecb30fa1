// Compose: a OneBot message as what the platform is asked to send. Pure, and all of it checked before anything is sent.
// Platform: im-v1/message/create, "message content" (send).
//
// What stands together in the text goes out as one message, or as many as its length takes (Run). Everything else is a
// message of its own.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/messages/media.h"
#include "adapters/feishu/messages/outgoing.h"
#include "onebot/result.h"
#include "onebot/segment.h"
#include "onebot/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

struct Composed {
  std::vector<Outgoing> messages{};  // in the order to send them; never empty
  std::string reply_to{};            // the message that the first one answers; "" = none
  bool dropped_reply = false;        // the platform has no replies
};

inline constexpr std::size_t kMostMessages = 50;  // of the platform, that one message may take

// What the platform can do beside text.
struct Offered {
  bool replies = true;
  bool images = true;
  bool files = true;
};

// Types of segments that can be sent there.
std::vector<std::string> sendable(const Dialect& dialect);

// resources: of the uploads of this message; one that is not there has no key yet, which does for a check.
// Errors: unsupported_segment, bad_segment_data, bad_param (nothing to send, or too many messages).
onebot::Result<Composed> compose(const onebot::Message& message, const Dialect& dialect, Offered offered,
                                 const Resources& resources = {});

// The body of a call that sends it. receive_id: "" for a reply.
std::string body_of(const Outgoing& message, std::string_view receive_id, std::string_view uuid, const Dialect& dialect,
                    bool in_thread = false);

}  // namespace feishu
