#include "adapters/qq/adapter_send.h"

#include <utility>

#include "onebot/translate.h"

namespace qq {

Sending::Sending(const Desk& desk, Chat chat, Composed composed, std::function<void(onebot::ActionResult)> done)
    : desk_(desk), chat_(std::move(chat)), composed_(std::move(composed)), done_(std::move(done)) {}

void Sending::start() {
  const auto now = desk_.loop.now();
  if (!composed_.reply_to.empty()) {
    answer_ = desk_.replies.to(chat_, composed_.reply_to, now);
    if (const KnownMessage* quoted = desk_.messages.find(composed_.reply_to)) index_ = quoted->index;
  }
  if (!answer_) answer_ = desk_.replies.newest(chat_, now);
  send();
}

void Sending::send() {
  ApiRequest request{.method = "POST", .path = messages_path(chat_), .body = message_body(composed_, answer_, index_)};
  call_ = desk_.api.call(std::move(request), [this](ApiResult result) { answered(std::move(result)); });
}

void Sending::answered(ApiResult result) {
  const onebot::io::Owner done = std::exchange(call_, nullptr);
  if (!result && answer_ && try_otherwise(result.error().cure)) return;
  const auto tell = std::exchange(done_, nullptr);
  tell(result ? result_of(*result) : std::unexpected(std::move(result).error().error));
}

// The platform counts answers itself, and not only ours: another process may have used some up.
bool Sending::try_otherwise(Cure cure) {
  if (cure == Cure::next_seq) {
    answer_ = desk_.replies.to(chat_, std::string(answered_id()), desk_.loop.now());
    send();
    return true;
  }
  if (cure != Cure::active) return false;
  desk_.replies.close(chat_, answered_id());
  answer_.reset();
  send();
  return true;
}

onebot::ActionResult Sending::result_of(const ApiAnswer& answer) {
  const onebot::json::View body = answer.body.root();
  const std::string id = body.at("id").text();
  if (id.empty()) {
    return onebot::fail(onebot::Retcode::platform_error, "the platform took the message and named no id for it");
  }
  desk_.messages.add(id, {chat_, std::string(body.at("ext_info.ref_idx").str()), true});
  const double time = onebot::any_time(body.at("timestamp"));
  return onebot::Fields{{"message_id", id}, {"time", time > 0 ? time : desk_.loop.wall()}};
}

}  // namespace qq
