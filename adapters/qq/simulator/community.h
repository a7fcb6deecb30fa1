// Community: the guilds and groups of the simulated bot: who is in them, and what may be done there.
// Platform: server-inter/channel, autogen/api (groups).
//
// There are two guilds with two channels and four people each, and whatever group an event came from.

#pragma once

#include "adapters/qq/simulator/chats.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq::simulator {

class Community {
 public:
  using Answer = std::expected<onebot::Value, Refusal>;  // null: 204

  explicit Community(std::string bot_id);

  // nullopt: the address is not one of these.
  std::optional<Answer> answer(const onebot::io::HttpRequest& request);
  void meet(std::string_view group, std::string_view member);  // an event came from there
  onebot::List reactions() const;                              // that the bot has left, as {message_id, emoji}
  onebot::List acknowledged() const;                           // interactions, as {interaction_id, code}

 private:
  using Words = std::vector<std::string_view>;  // what stood where the route has "*"
  struct Route {
    std::string_view method{}, path{};
    Answer (Community::*answer)(const Words&, const onebot::io::HttpRequest&) = nullptr;
  };
  static const Route kRoutes[];
  struct Person {
    std::string id{}, name{}, nick{};
  };
  struct Channel {
    std::string id{}, name{};
  };
  struct Guild {
    std::string id{}, name{};
    std::vector<Channel> channels{};
    std::vector<Person> members{};
  };

  Answer list_guilds(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_guild(const Words& words, const onebot::io::HttpRequest& request);
  Answer list_channels(const Words& words, const onebot::io::HttpRequest& request);
  Answer list_members(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_member(const Words& words, const onebot::io::HttpRequest& request);
  Answer remove_member(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_channel(const Words& words, const onebot::io::HttpRequest& request);
  Answer rename_channel(const Words& words, const onebot::io::HttpRequest& request);
  Answer open_dm(const Words& words, const onebot::io::HttpRequest& request);
  Answer react(const Words& words, const onebot::io::HttpRequest& request);
  Answer done_in_guild(const Words& words, const onebot::io::HttpRequest& request);
  Answer acknowledge(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_group(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_bot_state(const Words& words, const onebot::io::HttpRequest& request);
  Answer list_group_members(const Words& words, const onebot::io::HttpRequest& request);
  Answer show_group_member(const Words& words, const onebot::io::HttpRequest& request);
  Answer done_in_group(const Words& words, const onebot::io::HttpRequest& request);

  Guild* guild(std::string_view id);
  Channel* channel(std::string_view id, const Guild** of = nullptr);

  std::string bot_id_;
  std::vector<Guild> guilds_{};
  std::map<std::string, std::vector<std::string>, std::less<>> groups_{};  // openid -> members
  std::vector<std::pair<std::string, std::string>> reactions_{};
  std::vector<std::pair<std::string, std::int64_t>> acknowledged_{};
};

}  // namespace qq::simulator
