#include "onebot/v11/events.h"

#include "onebot/json_write.h"
#include "onebot/v11/frame.h"
#include "onebot/v11/messages.h"
#include "onebot/v11/notices.h"

#include <optional>
#include <utility>

namespace onebot::v11 {
namespace {

Frames of(std::optional<std::string> frame) {
  Frames frames;
  if (frame) frames.texts.push_back(*std::move(frame));
  return frames;
}

Fields meta(std::int64_t time, Number self_id, std::string_view type) {
  Fields out = frame(time, self_id, "meta_event");
  out.push_back({"meta_event_type", type});
  return out;
}

}  // namespace

Frames frames_of(json::View view, const Scope& scope, std::uint64_t place) {
  const LoggedEvent event(view, place);
  if (event.type() == "meta") return {};
  const bool wanted = !event.in_channel() || scope.options.channels != Channels::off;
  if (event.type() == "message") return wanted ? of(message_frame(event, scope)) : Frames{};
  const bool noted = event.type() == "notice" || event.type() == "request";
  const NoticeRow* row = noted ? row_for(event, scope) : nullptr;
  if (!row) return {.known = false};
  return wanted ? of(notice_frame(*row, event, scope)) : Frames{};
}

std::string lifecycle(std::int64_t time, Number self_id, std::string_view sub_type) {
  Fields out = meta(time, self_id, "lifecycle");
  out.push_back({"sub_type", sub_type});
  return json::write(out);
}

std::string heartbeat(std::int64_t time, Number self_id, BotStatus status, std::int64_t interval) {
  Fields out = meta(time, self_id, "heartbeat");
  out.push_back({"status", Fields{{"online", status.online}, {"good", status.good}}});
  out.push_back({"interval", interval});
  return json::write(out);
}

}  // namespace onebot::v11
