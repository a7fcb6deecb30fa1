#include "onebot/v11/actions.h"

#include "onebot/standard.h"
#include "onebot/v11/action_answers.h"
#include "onebot/v11/file_actions.h"
#include "onebot/v11/guilds.h"
#include "onebot/v11/histories.h"
#include "onebot/v11/reactions.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/sendings.h"
#include "onebot/v11/stored_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onebot::v11 {
namespace {

constexpr std::int64_t kMonth = 30 * 86'400;

// --- parameters ---

Status append(Asked& asked, const ActionRow::Param& param, const Fields& given) {
  Value value;
  if (param.kind == ActionRow::Param::Kind::flag) {
    ONEBOT_TRY(flag, flag_param(given, param.from));
    value = flag.value_or(param.fallback != 0);
  } else if (param.kind == ActionRow::Param::Kind::whole) {
    ONEBOT_TRY(whole, whole_param(given, param.from));
    if (whole && *whole < 0) return fail(Retcode::bad_param, fmt::format("\"{}\" must not be negative", param.from));
    value = std::min(whole.value_or(param.fallback), param.most);
  } else {
    ONEBOT_TRY(text, text_param(given, param.from));
    if (!text) return fail(Retcode::bad_param, fmt::format("\"{}\" is missing", param.from));
    value = *std::move(text);
  }
  set(asked.action.params, param.to, std::move(value));
  return {};
}

// --- groups ---

Status whole_ban(Asked& asked, const Fields& params, const Here&) {
  ONEBOT_TRY(enable, flag_param(params, "enable"));
  set(asked.action.params, "duration", enable.value_or(true) ? kMonth : std::int64_t{0});
  return {};
}

Status not_dissolving(Asked&, const Fields& params, const Here&) {
  ONEBOT_TRY(dissolve, flag_param(params, "is_dismiss"));
  if (dissolve.value_or(false)) return fail(Retcode::bad_param, "\"is_dismiss\": groups are not dissolved from here");
  return {};
}

// "platform:join:group:user:request": the last may hold colons.
Status join_answer(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(flag, text_param(params, "flag"));
  const std::string begin = here.scope.platform() + ":join:";
  std::string_view rest = flag ? std::string_view(*flag) : std::string_view();
  const auto wrong = [] { return fail(Retcode::bad_param, "\"flag\" is not that of a request to join a group"); };
  if (!rest.starts_with(begin)) return wrong();
  rest.remove_prefix(begin.size());
  for (const std::string_view to : {"group_id", "user_id"}) {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) return wrong();
    set(asked.action.params, to, std::string(rest.substr(0, colon)));
    rest.remove_prefix(colon + 1);
  }
  set(asked.action.params, "request_id", std::string(rest));
  ONEBOT_TRY(approve, flag_param(params, "approve"));
  set(asked.action.params, "approve", approve.value_or(true));
  ONEBOT_TRY(reason, text_param(params, "reason"));
  if (reason && !reason->empty()) set(asked.action.params, "reason", *std::move(reason));
  return {};
}

// --- answers that are known ---

Status known(Asked& asked, Value value) {
  asked.known = std::move(value);
  return {};
}

Status stored(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(row, known_message(here.scope, params));
  return known(asked, stored_message(row, here));
}

Status nothing(Asked& asked, const Fields&, const Here&) { return known(asked, {}); }
Status empty_list(Asked& asked, const Fields&, const Here&) { return known(asked, List{}); }
Status yes(Asked& asked, const Fields&, const Here&) { return known(asked, Fields{{"yes", true}}); }
Status no_clients(Asked& asked, const Fields&, const Here&) { return known(asked, Fields{{"clients", List{}}}); }
Status no_variants(Asked& asked, const Fields&, const Here&) { return known(asked, Fields{{"variants", List{}}}); }

Status status(Asked& asked, const Fields&, const Here& here) {
  return known(asked, Fields{{"online", here.online}, {"good", here.good}});
}

Status version(Asked& asked, const Fields&, const Here& here) {
  return known(asked, Fields{{"app_name", "onebridge"},
                             {"app_version", here.version},
                             {"protocol_version", "v11"},
                             {"app_full_name", fmt::format("onebridge {}", here.version)},
                             {"impl", "onebridge"}});
}

Status names(Asked& asked, const Fields&, const Here& here) {
  List list;
  for (const ActionRow& row : action_rows()) list.push_back(row.name);
  for (const std::string_view name : here.abilities.actions) {
    if (has_prefix(name)) list.push_back(name);
  }
  return known(asked, std::move(list));
}

constexpr std::array kRows = {
    // messages
    ask("send_private_msg").calls("send_message").by(sending::person).tells(told::message_id),
    ask("send_group_msg").calls("send_message").by(sending::group).tells(told::message_id),
    ask("send_msg").calls("send_message").by(sending::either).tells(told::message_id),
    ask("send_guild_channel_msg").calls("send_message").by(sending::channel).tells(guilds::sent_told),
    ask("delete_msg").calls("delete_message").message(),
    ask("get_msg").by(stored),
    ask("send_private_forward_msg").calls("send_message").by(sending::forward_private).tells(told::forward_id),
    ask("send_group_forward_msg").calls("send_message").by(sending::forward_group).tells(told::forward_id),
    ask("send_forward_msg").calls("send_message").by(sending::forward_either).tells(told::forward_id),
    ask("get_forward_msg").calls("*.get_merge_forward").by(histories::forward).tells(histories::forward_told),
    ask("forward_friend_single_msg").calls("send_message").by(sending::again_private).tells(told::message_id),
    ask("forward_group_single_msg").calls("send_message").by(sending::again_group).tells(told::message_id),
    ask("get_group_msg_history").by(histories::of_group),
    ask("get_friend_msg_history").by(histories::of_person),
    ask("set_msg_emoji_like").message().by(reactions::change).then(reactions::take_back).tells(reactions::changed),
    ask("set_input_status").calls("*.send_typing").user().tells(told::done_if_any),
    ask("upload_private_file").calls("send_message").by(sending::file_private).tells(told::file_id),
    ask("upload_group_file").calls("send_message").by(sending::file_group).tells(told::file_id),

    // groups
    ask("set_group_kick")
        .in_group("*.kick_group_member")
        .in_channel("*.kick_guild_member")
        .user()
        .flag("blacklist", "reject_add_request", false),
    ask("set_group_ban")
        .in_group("*.set_group_ban")
        .in_channel("*.guild_member_mute")
        .user()
        .whole("duration", "duration", 1'800, kMonth),
    ask("set_group_whole_ban").in_channel("*.guild_mute").by(whole_ban),
    ask("set_group_name")
        .in_group("set_group_name")
        .in_channel("set_channel_name")
        .text("group_name", "group_name")
        .text("channel_name", "group_name"),
    ask("set_group_leave").in_group("leave_group").in_channel("leave_channel").by(not_dissolving),
    ask("set_group_add_request").calls("*.handle_group_join_request").by(join_answer),

    // who and where
    ask("get_login_info").calls("get_self_info").tells(told::login).kept(),
    ask("get_stranger_info").calls("get_user_info").user().tells(told::stranger),
    ask("get_friend_list").calls("get_friend_list").tells(told::friends).kept(),
    ask("get_group_info").in_group("get_group_info").in_channel("get_channel_info").tells(told::group).kept(),
    ask("get_group_list").calls("get_group_list").tells(told::groups).kept(),
    ask("get_group_member_info")
        .in_group("get_group_member_info")
        .in_channel("get_channel_member_info get_guild_member_info")
        .user()
        .tells(told::member)
        .kept(),
    ask("get_group_member_list")
        .in_group("get_group_member_list")
        .in_channel("get_channel_member_list get_guild_member_list")
        .tells(told::members)
        .kept(),

    // files
    ask("get_image").calls("get_file_fragmented").by(files::by_name).tells(files::image_told),
    ask("get_record").calls("get_file_fragmented").by(files::record).tells(files::file_told),
    ask("get_file").calls("get_file_fragmented").by(files::by_name).then(files::small_bytes).tells(files::with_bytes),
    ask("download_file").by(files::fetched).tells(files::fetched_told),
    ask("get_group_file_url").by(files::address),
    ask("get_private_file_url").by(files::address),

    // about us, and what frameworks ask for before they work
    ask("get_status").by(status),
    ask("get_version_info").by(version),
    ask("get_supported_actions").by(names),
    ask("can_send_image").by(yes),
    ask("can_send_record").by(yes),
    ask("clean_cache").by(nothing),
    ask("mark_msg_as_read").by(nothing),
    ask("mark_private_msg_as_read").by(nothing),
    ask("mark_group_msg_as_read").by(nothing),
    ask("_mark_all_as_read").by(nothing),
    ask("_set_model_show").by(nothing),
    ask("_get_model_show").by(no_variants),
    ask("get_online_clients").by(no_clients),
    ask("get_friends_with_category").by(empty_list),

    // guilds; what answers elsewhere, too, is asked for by frameworks before they work
    ask("get_guild_service_profile").calls("get_self_info").by(guilds::profile).tells(guilds::profile_told),
    ask("get_guild_list").calls("get_guild_list").by(guilds::list).tells(guilds::list_told),
    ask("get_guild_meta_by_guest").calls("get_guild_info").by(guilds::guild).tells(guilds::meta_told),
    ask("get_guild_channel_list").calls("get_channel_list").by(guilds::guild).tells(guilds::channels_told),
    ask("get_guild_member_list").calls("get_guild_member_list").by(guilds::guild).tells(guilds::members_told),
    ask("get_guild_member_profile").calls("get_guild_member_info").by(guilds::member).tells(guilds::member_told),
    ask("get_guild_msg").by(guilds::message),
};

consteval bool are_actions(std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = take_word(names);
    bool found = name.starts_with("*.");
    for (const StandardAction& action : kStandardActions) found = found || action.name == name;
    if (!found) return false;
  }
  return true;
}

consteval bool conform() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    const ActionRow& row = kRows[i];
    const bool asks = !row.anywhere.empty() || !row.group.empty() || !row.channel.empty();
    if (!are_actions(row.anywhere) || !are_actions(row.group) || !are_actions(row.channel)) return false;
    if (!asks && !row.is_coded) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kRows[j].name == row.name) return false;
    }
  }
  return true;
}
static_assert(conform(), "an action twice, a row that does nothing, or a OneBot 12 action that there is not");

// Actions of the standard, and of those that followed it, that no platform has: known, and refused.
constexpr std::string_view kRefused =
    "send_like set_group_anonymous_ban set_group_admin set_group_anonymous set_group_card set_group_special_title "
    "set_friend_add_request get_group_honor_info get_cookies get_csrf_token get_credentials set_restart "
    "group_poke friend_poke send_poke get_essence_msg_list set_essence_msg delete_essence_msg _get_group_notice "
    "_send_group_notice get_group_shut_list get_group_root_files get_group_files_by_folder set_group_portrait "
    "set_friend_remark delete_friend ocr_image send_group_sign get_group_at_all_remain check_url_safely "
    "reload_event_filter get_word_slices";

std::unexpected<Error> unsupported(const Request& request, const Here& here) {
  return fail(Retcode::unsupported_action, fmt::format("unsupported by {}: {}", here.scope.platform(), request.action));
}

// The parameters that every row may have.
Status read_common(Asked& asked, const Fields& params, const Here& here) {
  const ActionRow& row = *asked.row;
  if (row.needs_place) {
    ONEBOT_TRY(place, id_param(here.scope, Space::group, params, "group_id"));
    asked.place = std::move(place);
    append_place(asked.action.params, asked.place);
  }
  if (row.needs_user) {
    ONEBOT_TRY(user, id_param(here.scope, Space::user, params, "user_id"));
    asked.user = std::move(user);
    set(asked.action.params, "user_id", asked.user.id);
  }
  if (row.needs_message) {
    ONEBOT_TRY(message, message_param(here.scope, params));
    asked.message = std::move(message);
    set(asked.action.params, "message_id", asked.message.native);
  }
  for (std::size_t i = 0; i < row.count; ++i) ONEBOT_CHECK(append(asked, row.params.at(i), params));
  return {};
}

// The first of these that the platform has; "": it has none.
std::string_view first_able(std::string_view actions, const Here& here) {
  while (!actions.empty()) {
    if (const auto name = here.abilities.action(take_word(actions)); !name.empty()) return name;
  }
  return {};
}

Result<Asked> by_row(const ActionRow& row, const Request& request, const Here& here) {
  Asked asked{.row = &row};
  ONEBOT_CHECK(read_common(asked, request.params, here));
  if (row.make) ONEBOT_CHECK(row.make(asked, request.params, here));
  if (asked.known) return asked;
  if (row.is_kept) {
    ONEBOT_TRY(anew, flag_param(request.params, "no_cache"));
    asked.anew = anew.value_or(false);
  }
  if (!asked.action.name.empty()) return asked;
  const bool asks = !row.anywhere.empty() || !row.group.empty() || !row.channel.empty();
  if (!asks && !asked.uploads.empty()) return asked;
  const std::string_view in_place = asked.place.kind == Kind::channel ? row.channel : row.group;
  asked.action.name = first_able(row.anywhere.empty() ? in_place : row.anywhere, here);
  if (!asked.action.name.empty()) return asked;
  if (!row.read || !asks) return unsupported(request, here);
  asked.known = row.read(unsupported(request, here), asked, here);
  if (!*asked.known) return std::unexpected(asked.known->error());
  return asked;
}

constexpr ActionRow kOwn = ask("*").tells(told::own);

// An action with a prefix goes as it is, but for numbers where natives belong.
Result<Asked> by_prefix(const Request& request, const Here& here) {
  Asked asked{.row = &kOwn, .action = {.name = request.action, .params = request.params}};
  for (const std::string_view name : {"user_id", "operator_id"}) {
    const auto text = text_param(request.params, name);
    const auto native = text && *text ? native_of(here.scope, Space::user, **text) : std::nullopt;
    if (native) set(asked.action.params, name, native->id);
  }
  const auto group = text_param(request.params, "group_id");
  const auto place = group && *group ? native_of(here.scope, Space::group, **group) : std::nullopt;
  if (place) std::erase_if(asked.action.params, [](const Field& field) { return field.name == "group_id"; });
  if (place) append_place(asked.action.params, *place);
  if (const auto message = message_param(here.scope, request.params)) {
    set(asked.action.params, "message_id", message->native);
  }
  return asked;
}

}  // namespace

std::span<const ActionRow> action_rows() { return kRows; }

Result<Asked> ask_for(const Request& request, const Here& here) {
  ONEBOT_TRY(self, whole_param(request.params, "self_id"));
  if (self && *self != here.scope.self_id) {
    return fail(Retcode::bad_param, fmt::format("this link is of {}, not of {}", here.scope.self_id, *self));
  }
  const auto* row = std::ranges::find(kRows, std::string_view(request.action), &ActionRow::name);
  if (row != kRows.end()) return by_row(*row, request, here);
  const bool is_own = has_prefix(request.action) && here.abilities.action(request.action) == request.action;
  if (is_own) return by_prefix(request, here);
  if (has_word(kRefused, request.action)) return unsupported(request, here);
  return fail(Retcode::unsupported_action, fmt::format("unsupported action: {}", request.named));
}

bool asks_on(Asked& asked, const ActionResult& told, const Here& here) {
  if (!told || asked.before || !asked.row || !asked.row->next || !asked.row->next(asked, *told, here)) return false;
  asked.before = *told;
  return true;
}

ActionResult answer_of(ActionResult result, const Asked& asked, const Here& here) {
  if (asked.known) return *asked.known;
  if (asked.row && asked.row->read) result = asked.row->read(std::move(result), asked, here);
  if (!result) return std::unexpected(told::with_numbers(std::move(result).error(), asked, here));
  return asked.row && asked.row->read ? std::move(result) : ActionResult(Value());
}

}  // namespace onebot::v11
