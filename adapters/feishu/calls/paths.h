// Paths: where each call of the REST interface is, as data.
// Platform: the pages under open.feishu.cn/document/server-docs, each with its path.

#pragma once

#include <string>
#include <string_view>

namespace feishu {

// A path holds "{id}" where the id of what it is about belongs, and "{key}" where a second one does; "" = the platform
// has no such call, and what needs it is not offered.
template <class Text>
struct PathsOf {
  Text token{}, bot{};
  Text send{}, reply{}, remove{}, message{};  // message: one, to read, edit and patch
  Text history{}, forward{}, read_users{}, urgent{}, reactions{}, reaction{}, pins{}, pin{}, card_update{};
  Text image{}, file{}, resource{};                        // to upload, to upload, to fetch
  Text chats{}, chat{}, members{}, member_list{}, user{};  // members: people alone; member_list: bots as well
};
using Paths = PathsOf<std::string_view>;
using OwnPaths = PathsOf<std::string>;

// Each path by its name under "endpoints" in the configuration.
struct PathName {
  std::string_view name{};
  std::string_view Paths::*known = nullptr;
  std::string OwnPaths::*own = nullptr;
  std::string_view holds{};  // the ids that must be in it
};
inline constexpr PathName kPathNames[] = {
    {"token", &Paths::token, &OwnPaths::token},
    {"bot", &Paths::bot, &OwnPaths::bot},
    {"send", &Paths::send, &OwnPaths::send},
    {"reply", &Paths::reply, &OwnPaths::reply, "{id}"},
    {"delete", &Paths::remove, &OwnPaths::remove, "{id}"},
    {"message", &Paths::message, &OwnPaths::message, "{id}"},
    {"history", &Paths::history, &OwnPaths::history},
    {"forward", &Paths::forward, &OwnPaths::forward, "{id}"},
    {"read_users", &Paths::read_users, &OwnPaths::read_users, "{id}"},
    {"urgent", &Paths::urgent, &OwnPaths::urgent, "{id}"},
    {"reactions", &Paths::reactions, &OwnPaths::reactions, "{id}"},
    {"reaction", &Paths::reaction, &OwnPaths::reaction, "{id} {key}"},
    {"pins", &Paths::pins, &OwnPaths::pins},
    {"pin", &Paths::pin, &OwnPaths::pin, "{id}"},
    {"card_update", &Paths::card_update, &OwnPaths::card_update},
    {"image", &Paths::image, &OwnPaths::image},
    {"file", &Paths::file, &OwnPaths::file},
    {"resource", &Paths::resource, &OwnPaths::resource, "{id} {key}"},
    {"chats", &Paths::chats, &OwnPaths::chats},
    {"chat", &Paths::chat, &OwnPaths::chat, "{id}"},
    {"members", &Paths::members, &OwnPaths::members, "{id}"},
    {"member_list", &Paths::member_list, &OwnPaths::member_list, "{id}"},
    {"user", &Paths::user, &OwnPaths::user, "{id}"},
};

inline constexpr Paths kFeishuPaths = {
    .token = "/open-apis/auth/v3/tenant_access_token/internal",
    .bot = "/open-apis/bot/v3/info",
    .send = "/open-apis/im/v1/messages",
    .reply = "/open-apis/im/v1/messages/{id}/reply",
    .remove = "/open-apis/im/v1/messages/{id}",
    .message = "/open-apis/im/v1/messages/{id}",
    .history = "/open-apis/im/v1/messages",
    .forward = "/open-apis/im/v1/messages/{id}/forward",
    .read_users = "/open-apis/im/v1/messages/{id}/read_users",
    .urgent = "/open-apis/im/v1/messages/{id}/urgent_app",
    .reactions = "/open-apis/im/v1/messages/{id}/reactions",
    .reaction = "/open-apis/im/v1/messages/{id}/reactions/{key}",
    .pins = "/open-apis/im/v1/pins",
    .pin = "/open-apis/im/v1/pins/{id}",
    .card_update = "/open-apis/interactive/v1/card/update",
    .image = "/open-apis/im/v1/images",
    .file = "/open-apis/im/v1/files",
    .resource = "/open-apis/im/v1/messages/{id}/resources/{key}",
    .chats = "/open-apis/im/v1/chats",
    .chat = "/open-apis/im/v1/chats/{id}",
    .members = "/open-apis/im/v1/chats/{id}/members",
    .member_list = "/open-apis/im/v1/chats/{id}/members/list",
    .user = "/open-apis/contact/v3/users/{id}",
};

// BOSSHI documents the token; that messages are sent there is known from programs that do it.
inline constexpr Paths kBosshiPaths = {.token = "/open-apis/auth/tenant_access_token/internal",
                                       .send = "/open-apis/im/v2/messages"};

}  // namespace feishu
