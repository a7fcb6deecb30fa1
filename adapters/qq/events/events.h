// QQ's dispatch frames as OneBot events: the rows of table.cpp, and what holds for every row.
// Platform: dev-prepare/event-emit/payload.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/translate.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

// What a frame does not say about itself. Everything but self may be left out.
struct Context {
  onebot::Self self{};
  std::string appid{};       // becomes qq.appid
  std::string name{};        // the bot's, for alt_message
  std::string session_id{};  // of the gateway session: names the events of frames without an id
  // The id of the message QQ calls by this index ("REFIDX_..."); "" when it is not known. May be empty.
  std::function<std::string(std::string_view index)> message_id_of{};
};

// A frame, read once.
onebot::Native native_of(onebot::json::View frame);

// The events of one frame; none for control frames, READY, RESUMED and the bot's own messages.
// A dispatch that is not as QQ documents it becomes a notice.qq.malformed, never an error.
// Error: bad_request, when it is no frame at all.
onebot::Result<std::vector<onebot::Event>> translate(const onebot::Native& native, const Context& context);
// Whether these stand for a dispatch that could not be read.
bool is_malformed(const std::vector<onebot::Event>& events);

// The same without a connection: for complete frames, and for {"t", "d"} alone. An onebot::Translate.
onebot::Result<std::vector<onebot::Event>> translate_payload(std::string_view platform, onebot::json::View native,
                                                             const onebot::Self& self);

// QQ's own names for what a frame reports. Two frames that share one report the same thing:
// "frame/" id, "message/" scene "/" id, "delete/" id.
std::vector<std::string> keys(const onebot::Native& native);

}  // namespace qq
