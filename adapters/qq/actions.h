// Actions: what applications may ask of the bot, and what of it is under way. Most actions are one call each, by a row
// of calls/table.cpp; the others are here. Standard: interface/message/actions, interface/user/actions.

#pragma once

#include "adapters/kit/identity.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/memory.h"
#include "adapters/qq/sender.h"
#include "adapters/qq/streams.h"
#include "onebot/action.h"
#include "onebot/call.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qq {

class Actions {
 public:
  struct Parts {
    Api& api;
    const onebot::Self& self;
    const kit::Identity& identity;
    onebot::io::Loop& loop;
    Memory& memory;
    Sender& sender;
    Streams& streams;
    std::string app_id{};
  };

  explicit Actions(const Parts& parts) : parts_(parts) {}

  static std::span<const std::string_view> names();
  void call(onebot::Action action, onebot::Reply reply);
  void stop();  // what is under way is answered: the bot is being stopped

 private:
  using Doing = onebot::Task<onebot::ActionResult>;
  struct UnderWay {
    std::optional<onebot::Reply> reply{};
    kit::Turn turn{};  // left when the answer has been told
    onebot::io::Owner doing{};
  };
  struct Known {
    std::string_view name{};
    Doing (Actions::*run)(onebot::Fields params, kit::Turn& turn) = nullptr;
  };
  static const Known kKnown[];

  void ended(std::uint64_t number, onebot::ActionResult result);

  Doing send_message(onebot::Fields params, kit::Turn& turn);
  Doing delete_message(onebot::Fields params, kit::Turn&);
  Doing get_self_info(onebot::Fields, kit::Turn&);
  Doing get_user_info(onebot::Fields params, kit::Turn&);
  Doing get_friend_list(onebot::Fields, kit::Turn&);
  Doing get_group_list(onebot::Fields, kit::Turn&);
  Doing get_reply_credits(onebot::Fields params, kit::Turn&);
  Doing send_stream(onebot::Fields params, kit::Turn& turn);
  Doing send_typing(onebot::Fields params, kit::Turn&);
  Doing call_api(onebot::Fields params, kit::Turn&);
  Doing look_up(const onebot::CallRow& row, onebot::Fields params);
  onebot::Result<Chat> chat_of(const std::string& message_id, const onebot::Fields& params) const;
  onebot::Result<ApiRequest> typing(const onebot::Fields& params);

  Parts parts_;
  std::map<std::uint64_t, UnderWay> under_way_{};
  std::uint64_t number_ = 0;
};

}  // namespace qq
