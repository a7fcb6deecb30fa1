// Native events for the demo: the eight relation and robot events, and a message of each kind. Ids of messages and the
// times are left to the simulator.

#pragma once

#include <string_view>

namespace qq::simulator {

inline constexpr std::string_view kSamples[] = {
    R"({"t":"GROUP_ADD_ROBOT","d":{"group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","op_member_openid":"C4D5E6F708192A3B4C5D6E7F80910213"}})",
    R"({"t":"GROUP_MSG_REJECT","d":{"group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","op_member_openid":"C4D5E6F708192A3B4C5D6E7F80910213"}})",
    R"({"t":"GROUP_MSG_RECEIVE","d":{"group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","op_member_openid":"C4D5E6F708192A3B4C5D6E7F80910213"}})",
    R"({"t":"FRIEND_ADD","d":{"openid":"E4F4AEA33253A2797FB897C50B81D7ED"}})",
    R"({"t":"C2C_MSG_REJECT","d":{"openid":"E4F4AEA33253A2797FB897C50B81D7ED"}})",
    R"({"t":"C2C_MSG_RECEIVE","d":{"openid":"E4F4AEA33253A2797FB897C50B81D7ED"}})",
    R"({"t":"C2C_MESSAGE_CREATE","d":{"author":{"id":"E4F4AEA33253A2797FB897C50B81D7ED","user_openid":"E4F4AEA33253A2797FB897C50B81D7ED","union_openid":"","username":"","bot":false},"content":"hello","message_type":0}})",
    R"({"t":"GROUP_AT_MESSAGE_CREATE","d":{"author":{"id":"A0B1C2D3E4F5061728394A5B6C7D8E9F","member_openid":"A0B1C2D3E4F5061728394A5B6C7D8E9F","member_role":"member","union_openid":"","username":"Lin","bot":false},"content":" /weather tomorrow ","group_id":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","message_type":0}})",
    R"({"t":"FRIEND_DEL","d":{"openid":"E4F4AEA33253A2797FB897C50B81D7ED"}})",
    R"({"t":"GROUP_DEL_ROBOT","d":{"group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","op_member_openid":"C4D5E6F708192A3B4C5D6E7F80910213"}})",
};

}  // namespace qq::simulator
