// Directory: the people, bots and groups of the simulated bot, as far as its events have told of them, and the files it
// has brought. Platform: contact/v3/users, im/v1/chats, im/v1/images, im/v1/files.

#pragma once

#include "adapters/feishu/calls/paths.h"
#include "adapters/feishu/simulator/reply.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/json.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace feishu::simulator {

// By which the calls name another bot that events name by this id.
std::string app_of(std::string_view bot_id);

class Directory {
 public:
  // The bot of this platform, which is in all of its groups.
  Directory(std::string app_id, std::string bot_id) : app_id_(std::move(app_id)), bot_id_(std::move(bot_id)) {}

  void hear(onebot::json::View push);  // who spoke, and where

  void add_to(kit::simulator::Routes& routes, const Paths& paths);
  void forget_files() { lost_ = uploads_; }              // what was uploaded so far
  bool shows_lost_file(std::string_view content) const;  // of a message

 private:
  struct Group {
    std::set<std::string> people{}, bots{};
    bool of_topics = false;
  };
  using Groups = std::map<std::string, Group, std::less<>>;  // by chat

  Reply user(const Call& call) const;
  Reply chats(const Call& call) const;
  Reply chat(const Call& call) const;
  Reply rename(const Call& call);
  Reply members(const Call& call) const;      // people alone
  Reply member_list(const Call& call) const;  // bots as well
  Reply leave(const Call& call);
  Reply take_image(const Call& call) { return upload("image_key", "img", call); }
  Reply take_file(const Call& call) { return upload("file_key", "file", call); }
  Reply upload(const char* key, std::string_view word, const Call& call);
  std::string name_of(std::string_view chat) const;

  std::string app_id_, bot_id_;
  Groups groups_{};
  std::map<std::string, std::string, std::less<>> names_{};
  std::set<std::string, std::less<>> people_{}, private_chats_{};  // private: with the bot alone
  std::uint64_t uploads_ = 0, lost_ = 0;
};

}  // namespace feishu::simulator
