// A bot of which actions are asked, without anybody who carries them out.

#pragma once

#include "onebot/json_write.h"
#include "onebot/v11/actions.h"
#include "onebot/v11/answers.h"
#include "tests/unit/v11/rig.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace rig {

inline constexpr std::array<std::string_view, 17> kActions = {"send_message",
                                                              "delete_message",
                                                              "get_self_info",
                                                              "get_user_info",
                                                              "get_friend_list",
                                                              "get_group_info",
                                                              "get_group_list",
                                                              "get_group_member_info",
                                                              "set_channel_name",
                                                              "get_group_member_list",
                                                              "leave_group",
                                                              "chat.kick_group_member",
                                                              "chat.guild_mute",
                                                              "chat.set_group_ban",
                                                              "chat.guild_member_mute",
                                                              "chat.handle_group_join_request",
                                                              "chat.get_credits"};

// What is asked of a bot, and what it answers.
struct Questions {
  // "name {params}" of what is asked for, or "retcode: message" of an answer that is known or a failure.
  std::string ask(std::string_view action, std::string_view params = "{}") {
    auto result = v11::ask_for(v11::request_of(action, rig::fields(params)), here);
    if (!result) return fmt::format("{}: {}", v11::retcode_of(result.error().code), result.error().message);
    asked = *std::move(result);
    if (asked.known) return "0: " + json::write(**asked.known);
    return fmt::format("{} {}", asked.action.name, json::write(asked.action.params));
  }
  // The data of the answer, or "retcode: message".
  std::string answer(onebot::ActionResult result) {
    const onebot::ActionResult told = v11::answer_of(std::move(result), asked, here);
    return told ? json::write(*told) : fmt::format("{}: {}", v11::retcode_of(told.error().code), told.error().message);
  }

  Bot bot{};
  v11::Abilities abilities{.actions = kActions};
  v11::Here here{.scope = bot.scope, .abilities = abilities, .version = "1.2"};
  v11::Asked asked{};
  v11::Number ann = bot.user("ann_of_chat"), room = bot.group("room_of_chat"), channel = bot.channel("1/2");
};

}  // namespace rig
