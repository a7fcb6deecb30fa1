#include "adapters/qq/recipients.h"

#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace qq {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

namespace {

bool is_decimal(std::string_view id) {
  return !id.empty() && id.size() <= 20 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Recipient> to_user(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "user_id"));
  if (is_openid(id)) return Recipient{.chat = {Chat::Kind::c2c, std::move(id)}};
  if (is_decimal(id)) return Recipient{.chat = {Chat::Kind::dm, ""}, .user = std::move(id)};
  return fail(Retcode::bad_param,
              fmt::format("user_id: \"{}\" is no openid (32 hexadecimal digits) and no guild's user (digits)", id));
}

Result<Recipient> to_group(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "group_id"));
  if (id.empty() || id.size() > 128) return fail(Retcode::bad_param, "group_id: must have 1 to 128 characters");
  return Recipient{.chat = {Chat::Kind::group, std::move(id)}};
}

Result<Recipient> to_channel(const Fields& params) {
  ONEBOT_TRY(guild, onebot::string_param(params, "guild_id"));
  ONEBOT_TRY(id, onebot::string_param(params, "channel_id"));
  if (!is_decimal(guild)) return fail(Retcode::bad_param, fmt::format("guild_id: \"{}\" is no guild (digits)", guild));
  if (is_decimal(id)) return Recipient{.chat = {Chat::Kind::channel, std::move(id)}, .guild = std::move(guild)};
  return fail(Retcode::bad_param, fmt::format("channel_id: \"{}\" is no channel (digits)", id));
}

struct Row {
  std::string_view detail_type{}, param{};
  Result<Recipient> (*read)(const Fields& params) = nullptr;
};
constexpr Row kRows[] = {
    {"group", "group_id", to_group}, {"channel", "channel_id", to_channel}, {"private", "user_id", to_user}};

}  // namespace

bool is_openid(std::string_view id) {
  return id.size() == 32 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
         });
}

Result<Recipient> read_recipient(const Fields& params, const People& people) {
  ONEBOT_TRY(detail_type, onebot::string_param(params, "detail_type"));
  const auto* row = std::ranges::find(kRows, std::string_view(detail_type), &Row::detail_type);
  if (row == std::end(kRows)) {
    return fail(Retcode::unsupported_param,
                fmt::format("detail_type: \"{}\" is none of private, group, channel", detail_type));
  }
  ONEBOT_TRY(to, row->read(params));
  if (to.chat.kind != Chat::Kind::dm) return to;
  const Person* person = people.find(to.user);
  to.guild = onebot::text_of(params, "qq.src_guild_id");
  if (to.guild.empty() && person) to.guild = person->guild;
  const bool open = person && !person->direct.empty() && to.guild == person->guild;
  if (open) to.chat.openid = person->direct;
  if (!open && to.guild.empty()) {
    return fail(Retcode::unknown_user,
                fmt::format("user_id: \"{}\" was seen in no guild; name one in qq.src_guild_id", to.user));
  }
  return to;
}

Result<std::optional<Chat>> read_chat(const Fields& params, const People& people) {
  for (const Row& row : kRows) {
    if (!onebot::find(params, row.param)) continue;
    ONEBOT_TRY(to, row.read(params));
    if (const Person* person = people.find(to.user)) to.chat.openid = person->direct;
    if (!to.chat.openid.empty()) return to.chat;
  }
  return std::nullopt;
}

}  // namespace qq
