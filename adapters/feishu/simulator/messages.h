// Messages: what the platform keeps of them, and what it says to calls that send, answer, read or recall one.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/simulator/directory.h"
#include "adapters/feishu/simulator/rates.h"
#include "adapters/feishu/simulator/reply.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/simulator.h"
#include "onebot/value.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu::simulator {

Reply gone();                              // there is no such message
Reply withdrawn();                         // any more
bool is_json(const std::string& content);  // of a message

class Messages {
 public:
  // directory: knows which files are gone.
  Messages(const Dialect& dialect, std::string app_id, onebot::io::Loop& loop, onebot::Shown shown,
           const Directory& directory)
      : dialect_(dialect), app_id_(std::move(app_id)), loop_(loop), shown_(std::move(shown)), directory_(directory) {}

  struct Kept {
    std::string id{}, chat{}, msg_type{}, content{}, uuid{}, path{}, text{};
    std::string sender{};  // open_id of a person; "" = the bot
    bool of_bot = false;   // the sender is another bot
    onebot::Value mentions{};
    std::string parent{};
    std::string root{}, thread{};  // what its thread began with, and the name of that; "" = it is in none
    onebot::Value body{};
    std::string create_time{};
    bool deleted = false;
    int edits = 0;
  };

  void add_to(kit::simulator::Routes& routes, const Paths& paths);
  // A message that a person sent, so that it can be answered.
  void hear(onebot::json::View push);
  Reply keep(Kept message, onebot::json::View content);           // as sent
  Kept* own(std::string_view id);                                 // that was sent
  const Kept* find(std::string_view id) const;                    // sent or heard
  bool knows(std::string_view id) const;                          // and it was not recalled
  std::vector<const Kept*> in_chat(std::string_view chat) const;  // heard and sent, as they came
  std::vector<const Kept*> in_thread(std::string_view thread) const;
  onebot::Fields described(const Kept& message) const;
  // As calls that read messages ask for them: cards whole or not, with who wrote them.
  onebot::Fields shown_to(const Call& call, const Kept& message) const;
  onebot::List sent() const;

 private:
  Kept* edit(std::string_view id);
  std::vector<const Kept*> where(std::string Kept::*member, std::string_view value) const;
  Reply create(const Call& call);
  Reply reply(const Call& call);
  Reply remove(const Call& call);
  Reply get(const Call& call) const;
  Reply send(Kept message, const Call& call);
  void recalled(std::string_view id);

  const Dialect& dialect_;
  std::string app_id_;
  onebot::io::Loop& loop_;
  onebot::Shown shown_;
  const Directory& directory_;
  std::vector<Kept> sent_{}, heard_{};
  std::set<std::string, std::less<>> topic_chats_{};
  Rates rates_{};
};

}  // namespace feishu::simulator
