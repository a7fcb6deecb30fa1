#include "adapters/feishu/feed/assembly.h"

#include "onebot/ascii.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::ascii::number_in;

}  // namespace

Result<std::optional<std::string>> Assembly::take(const Frame& frame) {
  const auto count = number_in<std::size_t>(frame.header("sum")), index = number_in<std::size_t>(frame.header("seq"));
  if (!count || !index || *count < 1 || *count > kMaxParts || *index >= *count) {
    return fail(Retcode::bad_request, "\"sum\" and \"seq\" number no part");
  }
  if (*count == 1) return frame.payload;
  const std::string id(frame.header("message_id"));
  if (id.empty()) return fail(Retcode::bad_request, "a part without a message_id");

  ONEBOT_TRY(message, message_of(id, *count));
  auto& part = message->parts[*index];
  if (part) return std::nullopt;
  if (bytes_ + frame.payload.size() > kMaxBytes) {
    give_up(*message);
    return fail(Retcode::bad_request, "more bytes in parts than are kept");
  }
  part = frame.payload;
  message->bytes += part->size();
  bytes_ += part->size();
  if (--message->missing > 0) return std::nullopt;

  std::string whole;
  whole.reserve(message->bytes);
  for (const auto& piece : message->parts) whole += *piece;
  drop(id);
  return whole;
}

Result<Assembly::Message*> Assembly::message_of(const std::string& id, std::size_t count) {
  if (const auto found = messages_.find(id); found != messages_.end()) {
    Message& message = found->second;
    if (message.parts.empty()) return fail(Retcode::bad_request, "a part of a message that was given up");
    if (message.parts.size() != count) return fail(Retcode::bad_request, "parts that disagree on how many they are");
    return &message;
  }
  if (messages_.size() == kMaxMessages) return fail(Retcode::bad_request, "too many messages in parts at once");
  Message& message = messages_[id];
  message.parts.resize(count);
  message.missing = count;
  message.timer = loop_.after(kPatience, [this, id] {
    log_.count("long_connection_incomplete");
    log_.line(onebot::LogLevel::warn, "a message came in parts, and not all of them came; it will be sent again");
    drop(id);
  });
  return &message;
}

// It stays until its time is over, so that what is still to come of it begins no message of its own.
void Assembly::give_up(Message& message) {
  bytes_ -= std::exchange(message.bytes, 0);
  message.parts = {};
}

void Assembly::drop(const std::string& id) {
  auto message = messages_.extract(id);
  if (!message.empty()) bytes_ -= message.mapped().bytes;
}

void Assembly::clear() {
  messages_.clear();
  bytes_ = 0;
}

}  // namespace feishu
