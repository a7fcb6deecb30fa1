#include "adapters/qq/compose.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "onebot/io.h"
#include "onebot/json.h"

namespace qq {
namespace {

using onebot::fail;
using onebot::Retcode;
using onebot::Segment;
using onebot::Status;

struct Draft {
  Chat::Kind kind = Chat::Kind::c2c;
  Composed composed{};
  bool mention_dropped = false;
};

Status add_text(const Segment& segment, Draft& draft) {
  draft.composed.content += onebot::text_of(segment.data, "text");
  return {};
}

bool plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
}

// QQ shows no mention between two people; there it is left out.
Status add_mention(const Segment& segment, Draft& draft) {
  const std::string_view id = onebot::text_of(segment.data, "user_id");
  if (!plain_id(id)) {
    return fail(Retcode::bad_segment_data, fmt::format("mention: user_id \"{}\" is no id of this platform", id));
  }
  if (draft.kind == Chat::Kind::c2c) {
    draft.mention_dropped = true;
  } else {
    draft.composed.content += fmt::format("<qqbot-at-user id=\"{}\" />", id);
  }
  return {};
}

Status add_reply(const Segment& segment, Draft& draft) {
  const std::string_view id = onebot::text_of(segment.data, "message_id");
  if (id.empty()) return fail(Retcode::bad_segment_data, "reply: message_id must not be empty");
  if (!draft.composed.reply_to.empty() && draft.composed.reply_to != id) {
    return fail(Retcode::bad_segment_data, "reply: a message can answer one message only");
  }
  draft.composed.reply_to = id;
  return {};
}

struct Rule {
  std::string_view type{};
  Status (*add)(const Segment&, Draft&) = nullptr;
};
constexpr Rule kRules[] = {{"text", add_text}, {"mention", add_mention}, {"reply", add_reply}};

}  // namespace

onebot::Result<Composed> compose(const onebot::Message& message, Chat::Kind kind) {
  Draft draft{.kind = kind};
  for (const Segment& segment : message) {
    const auto* rule = std::ranges::find(kRules, std::string_view(segment.type), &Rule::type);
    if (rule == std::end(kRules)) {
      return fail(Retcode::unsupported_segment, fmt::format("a segment \"{}\" cannot be sent to a {}", segment.type,
                                                            kind == Chat::Kind::c2c ? "user" : "group"));
    }
    ONEBOT_CHECK(rule->add(segment, draft));
  }
  if (!draft.composed.content.empty()) return std::move(draft.composed);
  if (draft.mention_dropped) {
    return fail(Retcode::unsupported_segment_data, "mention: there are no mentions in private messages");
  }
  return fail(Retcode::bad_param, "message: there is nothing to send");
}

std::string message_body(const Composed& composed, const std::optional<Answer>& answer, std::string_view index) {
  onebot::Fields body{{"msg_type", 0}, {"content", composed.content}};
  if (answer) {
    const bool to_event = answer->msg_id.empty();
    body.push_back({to_event ? "event_id" : "msg_id", to_event ? answer->event_id : answer->msg_id});
    body.push_back({"msg_seq", answer->msg_seq});
  }
  if (!index.empty()) body.push_back({"message_reference", onebot::Fields{{"message_id", index}}});
  return onebot::json::write(body);
}

std::string messages_path(const Chat& chat, std::string_view message_id) {
  std::string path = fmt::format("/v2/{}/{}/messages", chat.kind == Chat::Kind::c2c ? "users" : "groups",
                                 onebot::io::percent_encode(chat.openid));
  if (!message_id.empty()) path += '/' + onebot::io::percent_encode(message_id);
  return path;
}

}  // namespace qq
