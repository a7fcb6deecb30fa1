// Directory: the people and groups of the simulated bot, as far as its events have told of them, and the files it has
// brought. Platform: contact/v3/users, im/v1/chats, im/v1/images, im/v1/files.

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

namespace feishu::simulator {

class Directory {
 public:
  void hear(onebot::json::View push);  // who spoke, and where

  void add_to(kit::simulator::Routes& routes, const Paths& paths);
  void forget_files() { lost_ = uploads_; }              // what was uploaded so far
  bool shows_lost_file(std::string_view content) const;  // of a message

 private:
  using Groups = std::map<std::string, std::set<std::string>, std::less<>>;  // chat -> members

  Reply user(const Call& call) const;
  Reply chats(const Call& call) const;
  Reply chat(const Call& call) const;
  Reply rename(const Call& call);
  Reply members(const Call& call) const;
  Reply leave(const Call& call);
  Reply take_image(const Call& call) { return upload("image_key", "img", call); }
  Reply take_file(const Call& call) { return upload("file_key", "file", call); }
  Reply upload(const char* key, std::string_view word, const Call& call);
  std::string name_of(std::string_view chat) const;

  Groups groups_{};
  std::map<std::string, std::string, std::less<>> names_{};
  std::set<std::string, std::less<>> people_{}, private_chats_{};  // private: with the bot alone
  std::uint64_t uploads_ = 0, lost_ = 0;
};

}  // namespace feishu::simulator
