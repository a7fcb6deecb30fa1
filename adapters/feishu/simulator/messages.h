// Messages: what the platform keeps of them, and what it says to calls that send, answer, change or recall one.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/simulator/rates.h"
#include "adapters/feishu/simulator/reply.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace feishu::simulator {

Reply gone();  // there is no such message

class Messages {
 public:
  Messages(const Dialect& dialect, std::string app_id, onebot::io::Loop& loop)
      : dialect_(dialect), app_id_(std::move(app_id)), loop_(loop) {}

  struct Kept {
    std::string id{}, chat{}, msg_type{}, content{}, uuid{}, path{}, text{};
    std::string sender{};  // open_id of a person; "" = the bot
    std::string parent{};
    onebot::Value body{};
    std::string create_time{};
    bool deleted = false;
    int edits = 0;
  };

  // path: with its query, as it is shown in the list. receive_id_type: of the query.
  Reply create(std::string path, std::string_view receive_id_type, onebot::json::View body);
  Reply reply(std::string path, std::string_view message_id, onebot::json::View body);
  Reply remove(std::string_view message_id);
  Reply get(std::string_view message_id) const;
  Reply edit(std::string_view message_id, onebot::json::View body);
  Reply patch(std::string_view message_id, onebot::json::View body);  // of a card
  Reply forward(std::string path, std::string_view message_id, std::string_view query, onebot::json::View body);
  Reply history(std::string_view query) const;
  Reply read_users(std::string_view message_id, std::string_view query) const;
  Reply urge(std::string_view message_id, onebot::json::View body) const;
  Reply update_card(onebot::json::View body);  // by the token that a use of it was told with
  // Whether the message has that file.
  bool has_resource(std::string_view message_id, std::string_view key) const;
  bool knows(std::string_view message_id) const;  // and it was not recalled
  std::string chat_of(std::string_view message_id) const;
  // A message that a person sent, so that it can be answered; private: in a chat with the bot alone.
  void hear(onebot::json::View push);
  bool is_private(std::string_view chat) const { return private_chats_.contains(chat); }

  onebot::List sent() const;
  const Kept* newest() const { return sent_.empty() ? nullptr : &sent_.back(); }

 private:
  Reply send(Kept message, onebot::json::View body);
  onebot::Fields described(const Kept& message) const;
  const Kept* find(std::string_view id) const;  // sent or heard
  Reply keep(Kept message, onebot::json::View content);

  const Dialect& dialect_;
  std::string app_id_;
  onebot::io::Loop& loop_;
  std::vector<Kept> sent_{};
  std::vector<Kept> heard_{};
  std::map<std::string, int, std::less<>> card_tokens_{};  // uses that are left
  Rates rates_{};
  std::set<std::string, std::less<>> private_chats_{};
};

}  // namespace feishu::simulator
