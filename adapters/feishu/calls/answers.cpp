#include "adapters/feishu/calls/answers.h"

#include "adapters/feishu/calls/bodies.h"
#include "adapters/feishu/events/segments.h"
#include "onebot/json_write.h"
#include "onebot/segment.h"
#include "onebot/times.h"

#include <string>
#include <utility>

namespace feishu {

using onebot::CallInput;
using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Value;
using onebot::json::View;

namespace {

// The segments of a message, which is read as if it had been pushed.
List segments_of(View message, const Account& account) {
  const Fields as_pushed{{"message", Fields{{"message_id", message.at("message_id").text()},
                                            {"message_type", message.at("msg_type").text()},
                                            {"content", message.at("body.content").value()},
                                            {"mentions", message.at("mentions").value()}}}};
  List segments;
  const auto document = onebot::json::Document::parse(onebot::json::write(as_pushed));
  const auto read = document ? read_message(document->root(), account) : Result<onebot::Message>();
  for (const onebot::Segment& segment : read.value_or(onebot::Message{})) {
    segments.push_back(Fields{{"type", segment.type}, {"data", segment.data}});
  }
  return segments;
}

// A bot goes by its app here, and by its own id beside it.
Value writer_of(View sender, const CallInput& input) {
  return person_told(sender.at("open_bot_id").text().empty() ? sender.at("id") : sender.at("open_bot_id"), input);
}

Value message_told(View message, const CallInput& input) {
  struct Copied {
    std::string_view name{}, from{};
  };
  constexpr Copied kCopied[] = {{"message_type", "msg_type"},
                                {"chat_id", "chat_id"},
                                {"root_id", "root_id"},
                                {"parent_id", "parent_id"},
                                {"thread_id", "thread_id"},
                                {"upper_message_id", "upper_message_id"},
                                {"sender_type", "sender.sender_type"},
                                {"user_name", "sender.sender_name"}};
  const Account& account = account_in(input);
  Fields out{{"message_id", message.at("message_id").text()},
             {"time", onebot::any_time(message.at("create_time"))},
             {"user_id", writer_of(message.at("sender"), input)},
             {"message", segments_of(message, account)}};
  for (const Copied& copied : kCopied) {
    const std::string text = message.at(copied.from).text();
    if (!text.empty()) out.push_back({account.extension(copied.name), text});
  }
  out.push_back({account.extension("deleted"), message.at("deleted").boolean()});
  return out;
}

List messages_told(View data, const CallInput& input) {
  const View items = data.at("items");
  List out;
  for (std::size_t i = 0; i < items.size(); ++i) out.push_back(message_told(items[i], input));
  return out;
}

}  // namespace

Value time_told(View time, const CallInput&) { return onebot::any_time(time); }

Value person_told(View id, const CallInput& input) { return user_id(id, account_in(input)); }

Result<Value> first_message(View data, const CallInput& input) {
  if (data.at("items").size() > 0) return message_told(data.at("items")[0], input);
  return onebot::fail(onebot::Retcode::unknown_message, "message_id: there is no such message");
}

Result<Value> all_messages(View data, const CallInput& input) {
  return Value(Fields{{"messages", messages_told(data, input)}});
}

Result<Value> page_of_messages(View data, const CallInput& input) {
  return Value(Fields{{"messages", messages_told(data, input)},
                      {"has_more", data.at("has_more").boolean()},
                      {"page_token", data.at("page_token").text()}});
}

Result<Value> bot_itself(const CallInput& input) { return Value(profile_of(account_in(input))); }

}  // namespace feishu
