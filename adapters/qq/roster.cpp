#include "adapters/qq/roster.h"

#include <optional>
#include <utility>

namespace qq {

using onebot::Fields;
using onebot::List;

namespace {

constexpr char kMark = '-';  // in front of a name, which may be ""

std::string written(const std::string& name) { return kMark + name; }

std::optional<std::string> read(std::string_view record) {
  if (!record.starts_with(kMark)) return std::nullopt;
  return std::string(record.substr(1));
}

}  // namespace

Roster::Roster(onebot::Remember remember) : met_({kRecord, written, read}, kMost, std::move(remember)) {}

void Roster::meet(const Chat& chat, std::string_view name) {
  if (in_guild(chat)) return;  // guilds are listed by the platform
  const std::string key = chat_key(chat);
  const std::string* known = met_.find(key);
  if (known && (name.empty() || name == *known)) return;
  met_.set(key, std::string(name));
}

List Roster::users() const {
  List list;
  met_.each([&list](std::string_view key, const std::string& name) {
    const auto chat = read_chat_key(key);
    if (!chat || chat->kind != Chat::Kind::c2c) return;
    list.push_back(Fields{{"user_id", chat->openid},
                          {"user_name", name},
                          {"user_displayname", ""},
                          {"user_remark", ""},
                          {"qq.partial", true}});
  });
  return list;
}

List Roster::groups() const {
  List list;
  met_.each([&list](std::string_view key, const std::string& name) {
    const auto chat = read_chat_key(key);
    if (!chat || chat->kind != Chat::Kind::group) return;
    list.push_back(Fields{{"group_id", chat->openid}, {"group_name", name}, {"qq.partial", true}});
  });
  return list;
}

}  // namespace qq
