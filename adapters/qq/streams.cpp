#include "adapters/qq/streams.h"

#include "adapters/qq/recipients.h"
#include "onebot/params.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace qq {

using onebot::ActionResult;
using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
using onebot::Task;

namespace {

constexpr int kUnderWay = 1, kEnd = 10;  // input_state

ApiRequest request_of(const Chat& chat, const Answer& answer, Fields body) {
  body.push_back(answer.msg_id.empty() ? onebot::Field{"event_id", answer.event_id}
                                       : onebot::Field{"msg_id", answer.msg_id});
  body.push_back({"msg_seq", answer.msg_seq});
  ApiRequest request = request_to(chat, "POST", "stream_messages");
  request.body = onebot::json::write(body);
  return request;
}

}  // namespace

Result<Streams::Wanted> Streams::read(const Fields& params) {
  Wanted wanted;
  ONEBOT_TRY(content, onebot::string_param(params, "content"));
  ONEBOT_TRY(id, onebot::optional_param(onebot::string_param, params, "stream_id"));
  ONEBOT_TRY(answered, onebot::optional_param(onebot::string_param, params, "message_id"));
  ONEBOT_TRY(end, onebot::optional_param(onebot::bool_param, params, "end"));
  wanted = {.id = id.value_or(""), .answered = answered.value_or(""), .content = std::move(content)};
  wanted.end = end.value_or(false);
  if (wanted.content.empty()) return fail(Retcode::bad_param, "\"content\" must not be empty");
  if (!wanted.id.empty()) return wanted;
  ONEBOT_TRY(user, onebot::string_param(params, "user_id"));
  if (!is_openid(user)) return fail(Retcode::bad_param, "\"user_id\" must be a user's, of private messages");
  wanted.user = std::move(user);
  return wanted;
}

Result<Streams::Stream> Streams::begin(const Wanted& wanted) {
  Stream stream{.chat = {Chat::Kind::c2c, wanted.user}};
  Replies& replies = parts_.memory.replies;
  const double wall = parts_.loop.wall();
  const std::string answered = parts_.memory.messages.named(wanted.answered);
  if (!answered.empty() && !replies.knows(stream.chat, answered)) {
    return fail(Retcode::unknown_message, fmt::format("message_id: \"{}\" is not known to this bot", wanted.answered));
  }
  const auto answer =
      answered.empty() ? replies.next(stream.chat, wall, kOldest) : replies.to(stream.chat, answered, wall, kOldest);
  if (answer) return Stream{.chat = std::move(stream.chat), .answer = *answer};
  return fail(Retcode::too_late,
              "a streamed message answers a message of the last 5 minutes, and none of them has an answer left");
}

Result<Streams::Stream> Streams::find(const Wanted& wanted) const {
  if (const Stream* stream = streams_.find(wanted.id)) return *stream;
  return fail(Retcode::bad_param, fmt::format("stream_id: \"{}\" is no stream that is under way", wanted.id));
}

Status Streams::check_age(const Stream& stream) const {
  if (parts_.loop.wall() - stream.answer.at < kOldest) return {};
  return fail(Retcode::too_late, "the message that this stream answers is older than 5 minutes");
}

Task<ActionResult> Streams::send(Fields params, kit::Turn& turn) {
  ONEBOT_CO_TRY(wanted, read(params));
  std::string whose = wanted.id.empty() ? "new/" + wanted.user : wanted.id;
  auto entered = co_await turn.enter(turns_, std::move(whose));
  if (!entered) co_return std::unexpected(std::move(entered).error());
  ONEBOT_CO_TRY(stream, wanted.id.empty() ? begin(wanted) : find(wanted));
  if (const auto wait = stream.next - parts_.loop.now(); wait.count() > 0) co_await onebot::pause(parts_.loop, wait);
  if (auto young = check_age(stream); !young) co_return std::unexpected(std::move(young).error());
  Fields body{{"input_mode", "replace"},
              {"input_state", wanted.end ? kEnd : kUnderWay},
              {"index", stream.parts},
              {"content_type", "markdown"},
              {"content_raw", wanted.content}};
  if (!wanted.id.empty()) body.push_back({"stream_msg_id", wanted.id});
  ApiRequest request = request_of(stream.chat, stream.answer, std::move(body));
  const ApiResult result = co_await parts_.api.ask(std::move(request));
  if (!result) co_return std::unexpected(result.error().error);
  Fields told = keep(wanted, std::move(stream), result->body.root());
  if (onebot::text_of(told, "stream_id").empty()) {
    co_return fail(Retcode::refused, "the platform took the part and named no stream for it");
  }
  co_return told;
}

Fields Streams::keep(const Wanted& wanted, Stream stream, onebot::json::View answer) {
  const std::string id = wanted.id.empty() ? answer.at("id").text() : wanted.id;
  parts_.memory.messages.add(id, {stream.chat, std::string(answer.at("ext_info.ref_idx").str()), true});
  ++stream.parts;
  stream.next = parts_.loop.now() + kApart;
  if (wanted.end) {
    streams_.forget(id);
  } else {
    streams_.set(id, std::move(stream));
  }
  const double time = onebot::any_time(answer.at("timestamp"));
  Fields told{{"stream_id", id}, {"message_id", id}, {"time", time > 0 ? time : parts_.loop.wall()}};
  if (const auto left = answer.at("remain_msg_len").integer()) told.push_back({"left", *left});
  return told;
}

}  // namespace qq
