#include "adapters/qq/sender.h"

#include "adapters/kit/multipart.h"
#include "adapters/qq/messages/compose.h"
#include "adapters/qq/messages/media.h"
#include "adapters/qq/recipients.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace qq {

using onebot::ActionResult;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
using onebot::Task;

namespace {

std::unexpected<onebot::Error> as_error(Status status) { return std::unexpected(std::move(status).error()); }

auto reviewed(Audits& audits, std::string audit_id) {
  return onebot::until_told<Result<std::string>>(
      [&audits, audit_id = std::move(audit_id)](auto tell) { return audits.wait(audit_id, std::move(tell)); });
}

// One send_message under way: its files are looked at before anything is sent, then uploaded, then its QQ messages go
// out one after the other.
class Sending {
 public:
  Sending(const Sender::Parts& parts, Recipient to, Composed composed)
      : parts_(parts),
        to_(std::move(to)),
        composed_(std::move(composed)),
        files_(composed_.parts.size()),
        file_infos_(composed_.parts.size()) {}

  Task<ActionResult> run();

 private:
  enum class Next { again, anew, arrived, failed };  // what is done about a message that was not taken

  Status look_at_quote();
  Task<Status> open_direct();
  Task<Status> open_files();
  Task<Status> upload_files();
  Task<Status> upload_file(std::size_t part);
  Task<Result<bool>> bring_anew(const Failure& failure);
  Task<Status> send_part();
  Task<Status> admit();
  std::optional<Answer> choose_answer();
  Next otherwise(const Failure& failure);
  ApiRequest request() const;
  Status keep(const std::string& id, onebot::json::View body);
  onebot::Error partly(const onebot::Error& error) const;
  Fields told() const { return {{"message_id", first_id_}, {"time", time_}}; }

  const Part& part() const { return composed_.parts[at_]; }
  const std::string& answered_id() const { return answer_->msg_id.empty() ? answer_->event_id : answer_->msg_id; }

  const Sender::Parts& parts_;
  Recipient to_;
  Composed composed_;
  std::vector<onebot::File> files_;      // one to each part; empty where a part has none
  std::vector<std::string> file_infos_;  // the same
  std::size_t at_ = 0;
  std::optional<Answer> answer_{};  // absent: an active message
  std::string index_{};             // of the quoted message
  bool brought_anew_ = false;       // the file of this part
  std::string first_id_{};          // "": not sent yet, or arrived without an answer
  double time_ = 0;
};

Task<ActionResult> Sending::run() {
  if (auto status = look_at_quote(); !status) co_return as_error(std::move(status));
  if (auto status = co_await open_direct(); !status) co_return as_error(std::move(status));
  if (auto status = co_await open_files(); !status) co_return as_error(std::move(status));
  if (auto status = co_await upload_files(); !status) co_return as_error(std::move(status));
  for (; at_ < composed_.parts.size(); ++at_) {
    const auto status = co_await send_part();
    if (!status) co_return std::unexpected(at_ == 0 ? status.error() : partly(status.error()));
  }
  co_return told();
}

// A message is named by its id or, as events name what somebody quotes, by the platform's index of it.
Status Sending::look_at_quote() {
  std::string& quoted = composed_.reply_to;
  if (quoted.empty()) return {};
  const Memory& memory = parts_.memory;
  quoted = memory.messages.named(quoted);
  const KnownMessage* known = memory.messages.find(quoted);
  const bool is_heard = memory.heard.find(quoted) != nullptr;
  if (!known && !is_heard && !memory.replies.knows(to_.chat, quoted)) {
    return onebot::fail(Retcode::unknown_message,
                        fmt::format("reply: message_id: \"{}\" is not known to this bot", quoted));
  }
  if (in_guild(to_.chat) || (!known && is_heard)) {
    index_ = quoted;
  } else if (known) {
    index_ = known->index;
  }
  return {};
}

Task<Status> Sending::open_direct() {
  if (!to_.chat.openid.empty()) co_return Status();
  const Fields body{{"recipient_id", to_.user}, {"source_guild_id", to_.guild}};
  ApiRequest request{.method = "POST", .path = "/users/@me/dms", .body = onebot::json::write(body), .repeatable = true};
  const ApiResult result = co_await parts_.api.ask(std::move(request));
  if (!result) co_return std::unexpected(result.error().error);
  to_.chat.openid = result->body.root().at("guild_id").text();
  if (to_.chat.openid.empty()) co_return onebot::fail(Retcode::refused, "the platform opened no direct messages");
  parts_.memory.people.learn(to_.user, {"", to_.guild, to_.chat.openid});
  co_return Status();
}

// --- files: all of them are looked at, then all uploaded, then the first message goes out ---

Task<Status> Sending::open_files() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto& attached = composed_.parts[i].attached;
    if (!attached) continue;
    auto file = co_await onebot::opened(parts_.files, attached->file_id);
    if (!file) co_return std::unexpected(std::move(file).error());
    if (auto status = check_size(*file); !status) co_return status;
    files_[i] = *std::move(file);
  }
  co_return Status();
}

Task<Status> Sending::upload_files() {
  if (in_guild(to_.chat)) co_return Status();  // there they go with their message
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (!composed_.parts[i].attached) continue;
    if (auto status = co_await upload_file(i); !status) co_return status;
  }
  co_return Status();
}

Task<Status> Sending::upload_file(std::size_t part) {
  const Upload::Desk desk{parts_.api, parts_.client, parts_.files, parts_.memory.file_infos, parts_.loop};
  Upload::Wanted wanted{to_.chat, composed_.parts[part].attached->type, files_[part]};
  auto file_info = co_await upload(desk, std::move(wanted));
  if (!file_info) co_return std::unexpected(std::move(file_info).error());
  file_infos_[part] = *std::move(file_info);
  co_return Status();
}

// The platform may lose a file before it has said that it would. Whether the message can be sent again.
Task<Result<bool>> Sending::bring_anew(const Failure& failure) {
  if (failure.error.code != Retcode::media_refused || file_infos_[at_].empty()) co_return false;
  parts_.memory.file_infos.forget(FileInfos::key(to_.chat.kind, part().attached->type, files_[at_]));
  if (std::exchange(brought_anew_, true)) co_return false;
  if (auto status = co_await upload_file(at_); !status) co_return std::unexpected(std::move(status).error());
  co_return true;
}

// --- messages ---

Task<Status> Sending::send_part() {
  Next next = Next::anew;
  brought_anew_ = false;
  while (true) {
    if (next == Next::anew) {
      if (auto status = co_await admit(); !status) co_return status;
    }
    const ApiResult result = co_await parts_.api.ask(request());
    if (result) co_return keep(result->body.root().at("id").text(), result->body.root());
    ONEBOT_CO_TRY(again, co_await bring_anew(result.error()));
    next = again ? Next::again : answer_ ? otherwise(result.error()) : Next::failed;
    if (next == Next::arrived) co_return Status();
    if (next != Next::failed) continue;
    if (result.error().audit_id.empty() || !parts_.audits) co_return std::unexpected(result.error().error);
    const auto id = co_await reviewed(*parts_.audits, result.error().audit_id);
    if (!id) co_return std::unexpected(id.error());
    co_return keep(*id, {});
  }
}

// Finds what the message answers, or a place among the unasked ones.
Task<Status> Sending::admit() {
  while (true) {
    answer_ = choose_answer();
    if (answer_) co_return Status();
    if (auto wanted = parts_.memory.consent.check(to_.chat); !wanted) co_return wanted;
    const auto wait = parts_.memory.quotas.take({to_.chat, to_.user, to_.guild}, parts_.loop.wall());
    if (!wait) co_return std::unexpected(wait.error());
    if (*wait == std::chrono::milliseconds(0)) co_return Status();
    co_await onebot::pause(parts_.loop, *wait);
  }
}

std::optional<Answer> Sending::choose_answer() {
  Replies& replies = parts_.memory.replies;
  const double now = parts_.loop.wall();
  std::optional<Answer> answer;
  if (!composed_.reply_to.empty()) answer = replies.to(to_.chat, composed_.reply_to, now);
  if (!answer && parts_.choose_answer) answer = replies.next(to_.chat, now);
  return answer;
}

ApiRequest Sending::request() const {
  const Envelope envelope{answer_, at_ == 0 ? index_ : std::string(), file_infos_[at_]};
  const Fields body = message_body(part(), to_.chat.kind, envelope);
  ApiRequest request = request_to(to_.chat, "POST", "messages");
  request.repeatable = answer_ && answer_->msg_seq > 0 && !in_guild(to_.chat);  // the platform takes a number once
  if (part().attached && in_guild(to_.chat)) {
    kit::attach(request, body, "file_image", files_[at_]);
  } else {
    request.body = onebot::json::write(body);
  }
  return request;
}

// The platform counts answers itself, and not only ours: another process may have used some up. What is repeated
// because it may have been lost keeps its number, so it cannot arrive twice; when that number is then refused as used,
// it had arrived, and its id is not told.
Sending::Next Sending::otherwise(const Failure& failure) {
  if (failure.cure == Cure::next_seq && failure.perhaps_done) {
    if (at_ == 0) time_ = parts_.loop.wall();
    return Next::arrived;
  }
  if (failure.cure == Cure::next_seq && !in_guild(to_.chat)) {
    const std::string id = answered_id();
    answer_ = parts_.memory.replies.to(to_.chat, id, parts_.loop.wall());
    return answer_ ? Next::again : Next::anew;
  }
  if (failure.cure != Cure::active) return Next::failed;
  parts_.memory.replies.close(to_.chat, answered_id());
  return Next::anew;
}

// body: what the platform says of the message; nothing after a review.
Status Sending::keep(const std::string& id, onebot::json::View body) {
  if (id.empty()) return onebot::fail(Retcode::refused, "the platform took the message and named no id for it");
  Messages& messages = parts_.memory.messages;
  messages.add(id, {to_.chat, std::string(body.at("ext_info.ref_idx").str()), true});
  parts_.memory.roster.meet(to_.chat, "");
  if (!first_id_.empty()) return messages.add_part(first_id_, id), Status();
  first_id_ = id;
  if (at_ > 0) return {};
  const double time = onebot::any_time(body.at("timestamp"));
  time_ = time > 0 ? time : parts_.loop.wall();
  return {};
}

onebot::Error Sending::partly(const onebot::Error& error) const {
  Fields extra = told();
  extra.push_back({"qq.retcode", static_cast<int>(error.code)});
  return {Retcode::partly_sent,
          fmt::format("{} of {} messages were sent, then: {}", at_, composed_.parts.size(), error.message),
          std::move(extra)};
}

}  // namespace

Task<ActionResult> Sender::send(Fields params, kit::Turn& turn) {
  const auto asked_at = parts_.loop.now();
  ONEBOT_CO_TRY(to, read_recipient(params, parts_.memory.people));
  ONEBOT_CO_TRY(message, onebot::read_message_param(params));
  ONEBOT_CO_TRY(composed, compose(message, to.chat.kind));
  std::string chat = to.user.empty() ? chat_key(to.chat) : "dm-user:" + to.user;
  if (auto status = co_await turn.enter(turns_, std::move(chat)); !status) co_return as_error(std::move(status));
  const bool away = co_await parts_.absence.outlasts(to.chat.kind, asked_at);
  Sending sending(parts_, std::move(to), std::move(composed));
  auto sent = co_await sending.run();
  co_return away ? parts_.absence.warn(std::move(sent)) : std::move(sent);
}

}  // namespace qq
