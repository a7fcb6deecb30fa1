#include "adapters/feishu/sending.h"

#include "onebot/crypto.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <utility>

namespace feishu {

using onebot::Fields;
using onebot::Retcode;

namespace {

constexpr int kInvalidReceiver = 230034;

}  // namespace

Sending::Sending(Job job, Api& api, onebot::io::Loop& loop, Sent sent, Done done)
    : job_(std::move(job)),
      api_(api),
      loop_(loop),
      sent_(std::move(sent)),
      done_(std::move(done)),
      replying_(!job_.composed.reply_to.empty()) {}

void Sending::send() {
  const auto now = loop_.now(), at = job_.pace->book(job_.target.id, now);
  if (at <= now) return send_now();
  call_ = loop_.after(at - now, [this] { send_now(); });
}

void Sending::send_now() {
  const Outgoing& message = job_.composed.messages[ids_.size()];
  // The same uuid on every repeat: the platform then keeps one message.
  const std::string uuid = onebot::crypto::uuid();
  ApiRequest request{.method = "POST", .repeatable = true};
  if (replying_) {
    request.path = job_.reply_path;
    request.places = {{"id", job_.composed.reply_to, "message_id"}};
    request.body = body_of(message, "", uuid, *job_.dialect, job_.in_thread);
  } else {
    request.path = fmt::format("{}?receive_id_type={}", job_.send_path, job_.target.id_type);
    request.body = body_of(message, job_.target.id, uuid, *job_.dialect);
  }
  call_ = api_.call(std::move(request), [this](ApiResult result) { answered(std::move(result)); });
}

void Sending::answered(ApiResult result) {
  const bool first = ids_.empty();
  if (!result && replying_ && result.error().means == Means::missing_target) {
    replying_ = false;
    return send();
  }
  if (!result) {
    const auto done = std::exchange(done_, nullptr);
    return done(std::unexpected(error_of(result.error())));
  }
  const onebot::json::View data = result->root().at("data");
  ids_.push_back(data.at("message_id").text());
  const double time = onebot::any_time(data.at("create_time"));
  if (first) time_ = time > 0 ? time : loop_.wall();
  sent_(ids_.back(), data.at("chat_id").str());
  replying_ = replying_ && job_.in_thread;  // what belongs in the thread stays together there
  if (ids_.size() < job_.composed.messages.size()) return send();
  const auto done = std::exchange(done_, nullptr);
  done(onebot::Value(this->result()));
}

Fields Sending::result() const {
  Fields data{{"message_id", ids_.empty() ? std::string() : ids_.front()}, {"time", time_}};
  if (ids_.size() > 1) {
    data.push_back({fmt::format("{}message_ids", job_.dialect->prefix), onebot::List(ids_.begin(), ids_.end())});
  }
  return data;
}

onebot::Error Sending::error_of(const Failure& failure) const {
  onebot::Error error = failure.error;
  if (failure.code == kInvalidReceiver && job_.target.id_type == "chat_id") error.code = Retcode::unknown_group;
  if (!ids_.empty()) {
    error.code = Retcode::partly_sent;
    error.message =
        fmt::format("only {} of {} messages were sent: {}", ids_.size(), job_.composed.messages.size(), error.message);
    error.data = result();
  }
  return error;
}

}  // namespace feishu
