// Messages: what the platform keeps of them, and what it says to calls that send, answer or recall one.

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feishu/dialect.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

namespace feishu::simulator {

// An answer of the platform's: {"code", "msg", "data"}.
struct Reply {
  int status = 200;
  int code = 0;
  std::string msg = "success";
  onebot::Fields data{};
};

class Messages {
 public:
  Messages(const Dialect& dialect, std::string app_id, onebot::io::Loop& loop)
      : dialect_(dialect), app_id_(std::move(app_id)), loop_(loop) {}

  struct Kept {
    std::string id{}, chat{}, msg_type{}, content{}, uuid{}, path{}, text{};
    std::string parent{};
    onebot::Value body{};
    std::string create_time{};
    bool deleted = false;
  };

  // path: with its query, as it is shown in the list. receive_id_type: of the query.
  Reply create(std::string path, std::string_view receive_id_type, onebot::json::View body);
  Reply reply(std::string path, std::string_view message_id, onebot::json::View body);
  Reply remove(std::string_view message_id);
  Reply get(std::string_view message_id) const;
  // A message that a person sent, so that it can be answered; private: in a chat with the bot alone.
  void hear(onebot::json::View push);
  bool is_private(std::string_view chat) const { return private_chats_.contains(chat); }

  onebot::List sent() const;
  const Kept* newest() const { return sent_.empty() ? nullptr : &sent_.back(); }

 private:
  Reply send(Kept message, onebot::json::View body);
  onebot::Fields described(const Kept& message) const;
  const Kept* find(std::string_view id) const;

  const Dialect& dialect_;
  std::string app_id_;
  onebot::io::Loop& loop_;
  std::vector<Kept> sent_{};
  std::set<std::string, std::less<>> heard_{};
  std::set<std::string, std::less<>> private_chats_{};
};

}  // namespace feishu::simulator
