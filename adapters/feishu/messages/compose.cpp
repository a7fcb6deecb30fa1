#include "adapters/feishu/messages/compose.h"

#include "adapters/feishu/messages/passed.h"
#include "adapters/feishu/messages/run.h"
#include "onebot/json.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::Message;
using onebot::Result;
using onebot::Retcode;
using onebot::Segment;
using onebot::Status;
using onebot::Value;

// What can be sent, with Feishu's prefix; a dialect has its own in its place.
constexpr std::string_view kSegments[] = {"text",
                                          "mention",
                                          "mention_all",
                                          "reply",
                                          "image",
                                          "voice",
                                          "video",
                                          "audio",
                                          "file",
                                          "feishu.emotion",
                                          "feishu.card",
                                          "feishu.post",
                                          "feishu.sticker",
                                          "feishu.share_chat",
                                          "feishu.share_user"};
static_assert(onebot::conform_segments(kSegments, "feishu"));

constexpr std::string_view kFeishu = "feishu.";

bool is_known(std::string_view type, std::string_view prefix) {
  const bool own = type.starts_with(prefix);
  if (own) type.remove_prefix(prefix.size());
  return std::ranges::any_of(kSegments, [&](std::string_view known) {
    if (known.starts_with(kFeishu) != own) return false;
    return type == (own ? known.substr(kFeishu.size()) : known);
  });
}

static_assert(std::ranges::all_of(kPassed, [](const Passed& passed) {
  return std::ranges::any_of(kSegments, [&](std::string_view known) { return known.ends_with(passed.segment); });
}));

std::unexpected<onebot::Error> unsupported(const Segment& segment) {
  return onebot::fail(Retcode::unsupported_segment, fmt::format("segment \"{}\" cannot be sent", segment.type));
}

constexpr std::string_view kMediaTypes[] = {"image", "audio", "media", "file"};  // by Kind

Outgoing as_media(const Segment& segment, const Resources& resources) {
  const Upload upload{kind_of(segment), std::string(onebot::text_of(segment.data, "file_id"))};
  const auto found = resources.find(upload);
  const Resource resource = found == resources.end() ? Resource{upload.kind} : found->second;
  const std::string_view member = resource.kind == Kind::image ? "image_key" : "file_key";
  return {std::string(kMediaTypes[static_cast<std::size_t>(resource.kind)]), {{std::string(member), resource.key}}};
}

Status check_media(const Segment& segment, Offered offered) {
  const bool can = kind_of(segment) == Kind::image ? offered.images : offered.files;
  return can ? Status() : Status(unsupported(segment));
}

Status take_reply(Composed& out, const Segment& segment, bool has_replies) {
  const std::string_view id = onebot::text_of(segment.data, "message_id");
  if (id.empty()) return onebot::fail(Retcode::bad_segment_data, "segment \"reply\": \"message_id\" is empty");
  if (!has_replies)
    out.dropped_reply = true;
  else if (out.reply_to.empty())
    out.reply_to = id;
  return {};
}

}  // namespace

std::vector<std::string> sendable(const Dialect& dialect) {
  std::vector<std::string> types;
  for (const std::string_view type : kSegments) {
    if (!type.starts_with(kFeishu)) {
      types.emplace_back(type);
    } else if (dialect.rich) {
      types.push_back(fmt::format("{}{}", dialect.prefix, type.substr(kFeishu.size())));
    }
  }
  return types;
}

Result<Composed> compose(const Message& message, const Dialect& dialect, Offered offered, const Resources& resources) {
  Composed out;
  Run run(dialect, resources);
  const auto send = [&out](std::vector<Outgoing> messages) {
    std::ranges::move(messages, std::back_inserter(out.messages));
  };
  for (const Segment& segment : message) {
    if (!is_known(segment.type, dialect.prefix)) return unsupported(segment);
    if (is_media(segment)) {
      ONEBOT_CHECK(check_media(segment, offered));
    }
    if (segment.type == "reply") {
      ONEBOT_CHECK(take_reply(out, segment, offered.replies));
    } else if (Run::takes(segment, dialect)) {
      ONEBOT_CHECK(run.add(segment));
    } else if (is_media(segment)) {
      send(run.take());
      out.messages.push_back(as_media(segment, resources));
    } else if (const Passed* passed = find_passed(segment, dialect)) {
      ONEBOT_TRY(own, pass(segment, *passed));
      send(run.take());
      send(std::move(own));
    } else {
      return unsupported(segment);
    }
  }
  send(run.take());
  if (out.messages.empty()) return onebot::fail(Retcode::bad_param, "\"message\": nothing to send");
  if (out.messages.size() <= kMostMessages) return out;
  return onebot::fail(Retcode::bad_param, fmt::format("\"message\": would take {} messages, and at most {} may be one",
                                                      out.messages.size(), kMostMessages));
}

std::string body_of(const Outgoing& message, std::string_view receive_id, std::string_view uuid, const Dialect& dialect,
                    bool in_thread) {
  const Value content =
      dialect.content_is_object ? Value(message.content) : Value(onebot::json::write(message.content));
  if (!receive_id.empty()) {
    return onebot::json::write(
        Fields{{"receive_id", receive_id}, {"msg_type", message.msg_type}, {"content", content}, {"uuid", uuid}});
  }
  Fields body{{"content", content}, {"msg_type", message.msg_type}};
  if (in_thread) body.push_back({"reply_in_thread", true});
  body.push_back({"uuid", uuid});
  return onebot::json::write(body);
}

}  // namespace feishu
