#include "onebot/v11/frame.h"

namespace onebot::v11 {

Fields frame(std::int64_t time, Number self_id, std::string_view post_type) {
  return {{"time", time}, {"self_id", self_id}, {"post_type", post_type}};
}

void append_natives(Fields& frame, const Scope& scope, const Native& user, const Native& group,
                    std::string_view message) {
  if (scope.options.ids == Ids::string) return;
  if (!user.id.empty() && !is_self(scope, user)) frame.push_back({"real_user_id", user.id});
  if (!group.id.empty()) frame.push_back({"real_group_id", group.id});
  if (!message.empty()) frame.push_back({"real_message_id", message});
}

Number message_number(const LoggedEvent& event, const Scope& scope, std::string_view native) {
  if (native.empty()) return 0;
  const Native group = event.group();
  return scope.messages.number(
      {.bot = scope.bot, .native = std::string(native), .chat_kind = group.kind, .chat = group.id});
}

}  // namespace onebot::v11
