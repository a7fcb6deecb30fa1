#include "onebot/connect/signpost.h"

#include "onebot/ascii.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace onebot::connect {
namespace {

constexpr std::size_t kBeginning = 1'024;  // of what is said

// Words are separated by one blank.
struct Words {
  std::string_view name{};
  std::string_view sections[4]{};  // by Way
  std::string_view segment{};      // of a path or an address
  std::string_view paths{};        // or what stands before a "/"
  std::string_view said{};         // in lower case
};

constexpr Words kOneBot11{
    .name = "OneBot 11",
    .sections = {"onebot11.http", "onebot11.http_post", "onebot11.websocket", "onebot11.websocket_reverse"},
    .segment = "v11",
    .paths = "/api /event /ws /cqhttp",
    .said = "x-client-role x-self-id post_type",
};
constexpr Words kOneBot12{
    .name = "OneBot 12",
    .sections = {"onebot.http", "onebot.webhook", "onebot.websocket", "onebot.websocket_reverse"},
    .segment = "v12",
    .said = "x-impl x-onebot-version connect_meta_event missing_connect",
};

// What OneBot 12 calls otherwise, or has not.
constexpr std::string_view kActions11 =
    "send_private_msg send_group_msg send_msg send_guild_channel_msg delete_msg get_msg get_forward_msg send_like "
    "set_group_kick set_group_ban set_group_anonymous_ban set_group_whole_ban set_group_admin set_group_anonymous "
    "set_group_card set_group_leave set_group_special_title set_friend_add_request set_group_add_request "
    "get_login_info get_stranger_info get_group_honor_info get_cookies get_csrf_token get_credentials get_record "
    "get_image can_send_image can_send_record get_version_info set_restart clean_cache .handle_quick_operation "
    "send_private_forward_msg send_group_forward_msg send_forward_msg get_group_msg_history get_friend_msg_history "
    "upload_group_file upload_private_file mark_msg_as_read get_guild_service_profile get_online_clients";

// What both have, so that it says nothing. That an application of OneBot 11 asks for get_supported_actions is rare.
constexpr std::string_view kBoth =
    "get_status get_friend_list get_group_list get_group_info get_group_member_info get_group_member_list "
    "set_group_name get_guild_list get_file";

const Words& words_of(Dialect dialect) { return dialect == Dialect::onebot11 ? kOneBot11 : kOneBot12; }
Dialect other(Dialect dialect) { return dialect == Dialect::onebot11 ? Dialect::onebot12 : Dialect::onebot11; }

std::string_view without_suffix(std::string_view action) {
  for (const std::string_view suffix : {"_async", "_rate_limited"}) {
    if (action.ends_with(suffix)) action.remove_suffix(suffix.size());
  }
  return action;
}

bool is_action_of(Dialect dialect, std::string_view action) {
  if (dialect == Dialect::onebot11) return has_word(kActions11, without_suffix(action));
  return std::ranges::find(kStandardActions, action, &StandardAction::name) != std::end(kStandardActions);
}

// "/onebot/v11/ws", "/OneBotv11".
bool has_segment(std::string_view path, std::string_view segment) {
  path = path.substr(0, path.find_first_of("?#"));
  while (!path.empty()) {
    const std::string_view one = path.substr(0, path.find('/'));
    if (ascii::lower(one).ends_with(segment)) return true;
    path.remove_prefix(std::min(path.size(), one.size() + 1));
  }
  return false;
}

std::string cure_of(Dialect here, Way way, const Elsewhere& elsewhere) {
  const Words& spoken = words_of(here);
  const Words& meant = words_of(other(here));
  const std::string_view section = meant.sections[static_cast<std::size_t>(way)];
  if (way == Way::webhook || way == Way::websocket_reverse) {
    return fmt::format("it looks like an application of {}, and this section speaks {}: move its url to [[{}]]",
                       meant.name, spoken.name, section);
  }
  const std::string& address = way == Way::http ? elsewhere.http : elsewhere.websocket;
  const std::string go = address.empty() ? fmt::format("add [[{}]] to the bridge's configuration", section)
                                         : fmt::format("connect it to {}, where [[{}]] listens", address, section);
  return fmt::format(
      "it looks like a client of {0}, and this address speaks {1}: {2}, or choose a {1} adapter in the framework",
      meant.name, spoken.name, go);
}

}  // namespace

Signpost::Signpost(Dialect here, Way way, const Elsewhere& elsewhere)
    : here_(here), cure_(cure_of(here, way, elsewhere)) {}

bool Signpost::is_action(std::string_view action) const {
  return is_action_of(other(here_), action) && !has_word(kBoth, action);
}

bool Signpost::is_path(std::string_view path) const {
  const Words& meant = words_of(other(here_));
  for (std::string_view rest = meant.paths; !rest.empty();) {
    const std::string_view known = take_word(rest);
    if (path.starts_with(known) && (path.size() == known.size() || path[known.size()] == '/')) return true;
  }
  if (path.starts_with('/')) path.remove_prefix(1);
  return has_segment(path, meant.segment) || is_action(path.substr(0, path.find('/')));
}

bool Signpost::is_url(std::string_view url) const { return has_segment(url, words_of(other(here_)).segment); }

// A blank inside a word that is looked for is written "_".
bool Signpost::is_said(std::string_view words) const {
  const std::string said = ascii::lower(words.substr(0, kBeginning));
  for (std::string_view rest = words_of(other(here_)).said; !rest.empty();) {
    std::string word(take_word(rest));
    if (said.find(word) != std::string::npos) return true;
    std::ranges::replace(word, '_', ' ');
    if (said.find(word) != std::string::npos) return true;
  }
  return false;
}

bool Signpost::is_subprotocol(std::string_view list) const {
  if (here_ == Dialect::onebot12) return false;  // OneBot 11 has none
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    const std::string_view name = one.substr(std::min(one.find_first_not_of(" \t"), one.size()));
    if (name.starts_with("12") && (name.size() == 2 || name.find_first_of(". \t") == 2)) return true;
  }
  return false;
}

}  // namespace onebot::connect
