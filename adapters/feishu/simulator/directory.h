// Directory: the people and groups of the simulated bot, as far as its events have told of them, and the files it has
// brought. Platform: contact/v3/users, im/v1/chats, im/v1/images, im/v1/files.

#pragma once

#include "adapters/feishu/simulator/reply.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace feishu::simulator {

class Directory {
 public:
  void hear(onebot::json::View push);  // who spoke, and where

  Reply user(std::string_view id) const;
  Reply chats(std::string_view query) const;
  Reply rename(std::string_view chat, onebot::json::View body);
  Reply members(std::string_view chat, std::string_view query) const;
  Reply leave(std::string_view chat);
  // kind: "image" or "file". form: the body, of which only the size counts.
  Reply upload(std::string_view kind, std::string_view form);
  std::string name_of(std::string_view chat) const;

 private:
  std::map<std::string, std::set<std::string>, std::less<>> groups_{};  // chat -> members
  std::map<std::string, std::string, std::less<>> names_{};
  std::set<std::string, std::less<>> people_{};
  std::uint64_t uploads_ = 0;
};

}  // namespace feishu::simulator
