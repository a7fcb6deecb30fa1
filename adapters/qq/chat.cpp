#include "adapters/qq/chat.h"

#include <fmt/format.h>

namespace qq {
namespace {

struct Row {
  Chat::Kind kind{};
  std::string_view scene{}, described{}, path{}, param{};
};
constexpr Row kRows[] = {{Chat::Kind::c2c, "c2c", "user", "/v2/users/{chat}/", "user_id"},
                         {Chat::Kind::group, "group", "group", "/v2/groups/{chat}/", "group_id"},
                         {Chat::Kind::channel, "channel", "channel", "/channels/{chat}/", "channel_id"},
                         {Chat::Kind::dm, "dm", "guild's user", "/dms/{chat}/", "qq.src_guild_id"}};

const Row& row(Chat::Kind kind) { return kRows[static_cast<std::size_t>(kind)]; }

}  // namespace

bool in_guild(const Chat& chat) { return chat.kind == Chat::Kind::channel || chat.kind == Chat::Kind::dm; }
std::string_view scene(Chat::Kind kind) { return row(kind).scene; }
std::string_view described(Chat::Kind kind) { return row(kind).described; }

std::optional<Chat::Kind> kind_of_scene(std::string_view name) {
  for (const Row& each : kRows) {
    if (each.scene == name) return each.kind;
  }
  return std::nullopt;
}

std::string chat_key(const Chat& chat) { return fmt::format("{}:{}", scene(chat.kind), chat.openid); }

std::optional<Chat> read_chat_key(std::string_view key) {
  const auto colon = key.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto kind = kind_of_scene(key.substr(0, colon));
  if (!kind || colon + 1 == key.size()) return std::nullopt;
  return Chat{*kind, std::string(key.substr(colon + 1))};
}

kit::Request request_to(const Chat& chat, std::string_view method, std::string_view what) {
  return {.method = std::string(method),
          .path = fmt::format("{}{}", row(chat.kind).path, what),
          .places = {{"chat", chat.openid, std::string(row(chat.kind).param)}}};
}

}  // namespace qq
