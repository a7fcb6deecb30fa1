#include "adapters/feishu/sending.h"

#include "onebot/crypto.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {

using onebot::Fields;
using onebot::Retcode;

namespace {

constexpr int kInvalidReceiver = 230034;

}  // namespace

Sending::Sending(Job job, const Parts& parts)
    : job_(std::move(job)),
      parts_(parts),
      answered_(job_.composed.reply_to),
      thread_(parts.memory.threads.of(answered_)) {}

onebot::Task<onebot::ActionResult> Sending::run() {
  while (ids_.size() < job_.composed.messages.size()) {
    const ApiResult answer = co_await parts_.api.ask(next_request());
    if (answer) {
      took(answer->root().at("data"));
    } else if (!answered_.empty() && answer.error().means == Means::missing_target) {
      answer_another();
    } else {
      without_file_ = answer.error().means == Means::lost_file;
      co_return std::unexpected(error_of(answer.error()));
    }
  }
  co_return onebot::Value(result());
}

ApiRequest Sending::next_request() const {
  const Outgoing& message = next();
  const Dialect& dialect = *parts_.settings.dialect;
  const OwnPaths& paths = parts_.settings.paths;
  // The same uuid on every repeat: the platform then keeps one message.
  const std::string uuid = onebot::crypto::uuid();
  ApiRequest request{.method = "POST", .receiver = job_.target.id, .repeatable = true};
  if (!answered_.empty()) {
    request.path = paths.reply;
    request.places = {{"id", answered_, "message_id"}};
    request.body = body_of(message, "", uuid, dialect, job_.in_thread || begins_thread());
  } else {
    request.path = fmt::format("{}?receive_id_type={}", paths.send, job_.target.id_type);
    request.body = body_of(message, job_.target.id, uuid, dialect);
  }
  return request;
}

void Sending::took(onebot::json::View data) {
  const double time = onebot::any_time(data.at("create_time"));
  if (ids_.empty()) time_ = time > 0 ? time : parts_.loop.wall();
  ids_.push_back(data.at("message_id").text());
  std::string chat = data.at("chat_id").text();
  if (chat.empty() && job_.target.id_type == "chat_id") chat = job_.target.id;
  if (job_.target.id_type != "chat_id") parts_.memory.chats.set(chat, true);  // between the bot and that person
  place(ids_.back(), data);
  parts_.memory.messages.set(ids_.back(), {job_.self, std::move(chat)});
}

// Where the message just sent is, and what the next one answers so that it is there, too. In a group of topics, a
// message of its own begins one.
void Sending::place(const std::string& id, onebot::json::View data) {
  const std::string told = data.at("thread_id").text();
  std::string first = data.at("root_id").text();
  const bool topics = job_.target.id_type == "chat_id" && parts_.memory.topic_chats.find(job_.target.id);
  if (answered_.empty()) {
    if (told.empty() && !topics) return;
    thread_ = told.empty() ? id : told;
    answered_ = first = id;
  } else if (!told.empty()) {
    thread_ = told;
  } else if (thread_.empty()) {
    if (!job_.in_thread && !topics) return answered_.clear();
    thread_ = first = answered_;
  }
  parts_.memory.threads.add(answered_, thread_, first);
  parts_.memory.threads.add(id, thread_);
}

// In place of one that is gone, what the thread began with is answered, which outside of groups of topics must be said.
bool Sending::begins_thread() const { return !gone_.empty() && parts_.memory.threads.first(thread_) == answered_; }

// Of the thread, when it is known: what it began with, else what else is there. When nothing is, the rest goes where
// the answered message was, as messages of their own.
void Sending::answer_another() {
  gone_.push_back(std::exchange(answered_, ""));
  for (std::string& other : parts_.memory.threads.in(thread_)) {
    if (std::ranges::find(gone_, other) == gone_.end()) return void(answered_ = std::move(other));
  }
  thread_.clear();
}

Fields Sending::result() const {
  Fields data{{"message_id", ids_.empty() ? std::string() : ids_.front()}, {"time", time_}};
  if (ids_.size() > 1) {
    data.push_back(
        {fmt::format("{}message_ids", parts_.settings.dialect->prefix), onebot::List(ids_.begin(), ids_.end())});
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
