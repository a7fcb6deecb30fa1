// Community: the guilds and groups of the simulated bot: who is in them, and what may be done there.
// Platform: server-inter/channel, autogen/api (groups).
//
// There are two guilds with two channels and four people each, and whatever group an event came from.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/routes.h"
#include "adapters/qq/simulator/chats.h"
#include "onebot/value.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq::simulator {

class Community {
 public:
  explicit Community(std::string bot_id);

  void add_to(kit::simulator::Routes& routes);
  void meet(std::string_view group, std::string_view member);  // an event came from there
  onebot::List reactions() const;                              // that the bot has left, as {message_id, emoji}
  onebot::List acknowledged() const;                           // interactions, as {interaction_id, code, data}

 private:
  using Call = kit::simulator::Call;
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

  Reply list_guilds(const Call& call);
  Reply show_guild(const Call& call);
  Reply list_channels(const Call& call);
  Reply list_members(const Call& call);
  Reply show_member(const Call& call);
  Reply remove_member(const Call& call);
  Reply show_channel(const Call& call);
  Reply rename_channel(const Call& call);
  Reply open_dm(const Call& call);
  Reply react(const Call& call);
  Reply done_in_guild(const Call& call);
  Reply acknowledge(const Call& call);
  Reply show_group(const Call& call);
  Reply show_bot_state(const Call& call);
  Reply list_group_members(const Call& call);
  Reply show_group_member(const Call& call);
  Reply done_in_group(const Call& call);

  Guild* guild(std::string_view id);
  Channel* channel(std::string_view id, const Guild** of = nullptr);

  std::string bot_id_;
  std::vector<Guild> guilds_{};
  std::map<std::string, std::vector<std::string>, std::less<>> groups_{};  // openid -> members
  std::vector<std::pair<std::string, std::string>> reactions_{};
  onebot::List acknowledged_{};
};

}  // namespace qq::simulator
