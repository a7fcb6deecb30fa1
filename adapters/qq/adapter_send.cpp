#include "adapters/qq/adapter_send.h"

#include "adapters/kit/multipart.h"
#include "onebot/translate.h"

#include <fmt/format.h>

#include <utility>

namespace qq {

using onebot::Fields;
using onebot::Retcode;

Sending::Sending(const Desk& desk, Order order, std::function<void(onebot::ActionResult)> done)
    : desk_(desk), order_(std::move(order)), done_(std::move(done)) {}

void Sending::start() {
  files_.resize(order_.composed.parts.size());
  file_infos_.resize(order_.composed.parts.size());
  const std::string& quoted = order_.composed.reply_to;
  const KnownMessage* known = desk_.messages.find(quoted);
  if (!quoted.empty() && !known && !desk_.replies.knows(order_.chat, quoted)) {
    return fail({Retcode::unknown_message, fmt::format("reply: message_id: \"{}\" is not known to this bot", quoted)});
  }
  if (!quoted.empty() && in_guild(order_.chat)) index_ = quoted;
  if (known && !in_guild(order_.chat)) index_ = known->index;
  if (order_.chat.openid.empty()) return open_direct();
  open_file(0);
}

void Sending::open_direct() {
  ApiRequest request{
      .method = "POST",
      .path = "/users/@me/dms",
      .body = onebot::json::write(Fields{{"recipient_id", order_.user}, {"source_guild_id", order_.guild}}),
      .repeatable = true};
  call_ = desk_.media.api.call(std::move(request), [this](ApiResult result) {
    if (!result) return fail(std::move(result).error().error);
    order_.chat.openid = result->body.root().at("guild_id").text();
    if (order_.chat.openid.empty()) return fail({Retcode::refused, "the platform opened no direct messages"});
    desk_.people.learn(order_.user, {"", order_.guild, order_.chat.openid});
    open_file(0);
  });
}

// --- files: all of them are looked at, then all uploaded, then the first message goes out ---

void Sending::open_file(std::size_t number) {
  const std::vector<Part>& parts = order_.composed.parts;
  while (number < parts.size() && !parts[number].attached) ++number;
  if (number == parts.size()) return upload(0);
  call_ = desk_.media.files.open(parts[number].attached->file_id, [this, number](onebot::Result<onebot::File> file) {
    if (!file) return fail(std::move(file).error());
    if (auto status = check_size(*file); !status) return fail(std::move(status).error());
    files_[number] = std::move(*file);
    open_file(number + 1);
  });
}

void Sending::upload(std::size_t number) {
  const std::vector<Part>& parts = order_.composed.parts;
  while (number < parts.size() && !parts[number].attached) ++number;
  if (number == parts.size() || in_guild(order_.chat)) return send_part();
  upload_.emplace(desk_.media, Upload::Wanted{order_.chat, parts[number].attached->type, files_[number]},
                  [this, number](onebot::Result<std::string> file_info) {
                    if (!file_info) return fail(std::move(file_info).error());
                    file_infos_[number] = std::move(*file_info);
                    // The upload that ended is still on the stack.
                    call_ = loop().after(std::chrono::milliseconds(0), [this, number] { upload(number + 1); });
                  });
  upload_->start();
}

// --- messages ---

void Sending::send_part() {
  repeated_ = false;
  const double now = loop().wall();
  answer_.reset();
  if (!order_.composed.reply_to.empty()) answer_ = desk_.replies.to(order_.chat, order_.composed.reply_to, now);
  if (!answer_ && desk_.choose_answer) answer_ = desk_.replies.next(order_.chat, now);
  if (answer_) return post();
  if (auto wanted = desk_.consent.check(order_.chat); !wanted) return fail(std::move(wanted).error());
  const auto wait = desk_.quotas.take({order_.chat, order_.user, order_.guild}, now);
  if (!wait) return fail(wait.error());
  if (*wait == std::chrono::milliseconds(0)) return post();
  call_ = loop().after(*wait, [this] { send_part(); });
}

ApiRequest Sending::request() const {
  const Envelope envelope{answer_, at_ == 0 ? index_ : std::string(), file_infos_[at_]};
  const Fields body = message_body(part(), order_.chat.kind, envelope);
  ApiRequest request = request_to(order_.chat, "POST", "messages");
  if (part().attached && in_guild(order_.chat)) {
    attach(request, body, "file_image", files_[at_]);
  } else {
    request.body = onebot::json::write(body);
  }
  return request;
}

void Sending::post() {
  call_ = desk_.media.api.call(request(), [this](ApiResult result) { answered(std::move(result)); });
}

void Sending::answered(ApiResult result) {
  const onebot::io::Owner done = std::exchange(call_, nullptr);
  if (!result) {
    if (answer_ && try_otherwise(result.error())) return;
    if (!result.error().audit_id.empty() && desk_.audits) return wait_for_audit(result.error().audit_id);
    return fail(std::move(result).error().error);
  }
  told(result->body.root().at("id").text(), result->body.root());
}

void Sending::wait_for_audit(const std::string& audit_id) {
  call_ = desk_.audits->wait(audit_id, [this](onebot::Result<std::string> id) {
    const onebot::io::Owner done = std::exchange(call_, nullptr);
    if (!id) return fail(std::move(id).error());
    told(*id, {});
  });
}

// body: what the platform says of the message; nothing after a review.
void Sending::told(const std::string& id, onebot::json::View body) {
  if (auto kept = keep(id, body); !kept) return fail(std::move(kept).error());
  go_on();
}

void Sending::go_on() {
  if (++at_ < order_.composed.parts.size()) return send_part();
  finish(Fields{{"message_id", first_id_}, {"time", time_}});
}

// The platform counts answers itself, and not only ours: another process may have used some up. A message that got no
// answer is sent again under the same number, so it cannot arrive twice; when that number is then refused as used, the
// first had arrived, and its id is not told.
bool Sending::try_otherwise(const Failure& failure) {
  const bool unanswered = failure.http_status == 0 && failure.error.code == Retcode::network_error;
  if (unanswered && !repeated_ && answer_->msg_seq > 0 && !in_guild(order_.chat)) {
    repeated_ = true;
    post();
    return true;
  }
  if (failure.cure == Cure::next_seq && repeated_) {
    if (at_ == 0) time_ = loop().wall();
    return go_on(), true;
  }
  if (failure.cure == Cure::next_seq && !in_guild(order_.chat)) {
    const std::string id = answered_id();
    answer_ = desk_.replies.to(order_.chat, id, loop().wall());
    if (!answer_) return send_part(), true;
    post();
    return true;
  }
  if (failure.cure != Cure::active) return false;
  desk_.replies.close(order_.chat, answered_id());
  send_part();
  return true;
}

onebot::Status Sending::keep(const std::string& id, onebot::json::View body) {
  if (id.empty()) {
    return onebot::fail(Retcode::refused, "the platform took the message and named no id for it");
  }
  desk_.messages.add(id, {order_.chat, std::string(body.at("ext_info.ref_idx").str()), true});
  if (!first_id_.empty()) return desk_.messages.add_part(first_id_, id), onebot::Status();
  first_id_ = id;
  if (at_ > 0) return {};
  const double time = onebot::any_time(body.at("timestamp"));
  time_ = time > 0 ? time : loop().wall();
  return {};
}

void Sending::fail(onebot::Error error) {
  if (at_ == 0) return finish(std::unexpected(std::move(error)));
  finish(onebot::fail(
      Retcode::partly_sent,
      fmt::format("{} of {} messages were sent, then: {}", at_, order_.composed.parts.size(), error.message),
      Fields{{"message_id", first_id_}, {"time", time_}, {"qq.retcode", static_cast<int>(error.code)}}));
}

void Sending::finish(onebot::ActionResult result) {
  const onebot::io::Owner done = std::exchange(call_, nullptr);
  const auto tell = std::exchange(done_, nullptr);
  tell(std::move(result));
}

}  // namespace qq
