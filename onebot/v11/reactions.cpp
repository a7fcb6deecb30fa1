#include "onebot/v11/reactions.h"

#include "onebot/ascii.h"
#include "onebot/params.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/results.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace onebot::v11::reactions {
namespace {

// Where an emoji's number is that of a character, and no longer that of a face.
constexpr std::int64_t kFirstCharacter = 10'000;

void in_channel(Asked& asked, const std::string& emoji, bool adds, const Here& here) {
  asked.action.name = here.abilities.action(adds ? "*.add_reaction" : "*.remove_reaction");
  Fields place;
  append_place(place, {Kind::channel, here.scope.platform(), asked.message.chat});
  const bool character = ascii::number_in<std::int64_t>(emoji).value_or(0) >= kFirstCharacter;
  asked.action.params = {{"channel_id", text_of(place, "channel_id")},
                         {"message_id", asked.message.native},
                         {"emoji_type", character ? "2" : "1"},
                         {"emoji_id", emoji}};
}

void by_id(Asked& asked, const std::string& emoji, bool adds, const Here& here) {
  asked.action.name = here.abilities.action(adds ? "*.add_reaction" : "*.get_reactions");
  asked.action.params = {{"message_id", asked.message.native}, {"emoji_type", emoji}};
}

}  // namespace

Status change(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(emoji, text_param(params, "emoji_id"));
  if (!emoji || emoji->empty()) return fail(Retcode::bad_param, "\"emoji_id\" is missing");
  ONEBOT_TRY(set, flag_param(params, "set"));
  const bool adds = set.value_or(true), has_ids = !here.abilities.action("*.delete_reaction").empty();
  if (has_ids) {
    by_id(asked, *emoji, adds, here);
  } else if (asked.message.chat_kind == Kind::channel) {
    in_channel(asked, *emoji, adds, here);
  }
  return {};
}

bool take_back(Asked& asked, const Value& told, const Here& here) {
  if (!fits("*.get_reactions", asked.action.name)) return false;
  const std::string app = here.scope.bot.substr(here.scope.bot.find('/') + 1);
  for (const Value& item : list_of(told)) {
    const Fields& reaction = fields_of(item);
    const std::string who(text_of(reaction, "user_id"));
    const bool own = who == app || is_self(here.scope, {Kind::user, here.scope.platform(), who});
    if (!own || text_of(reaction, "emoji_type") != text_of(asked.action.params, "emoji_type")) continue;
    asked.action = {
        .name = std::string(here.abilities.action("*.delete_reaction")),
        .params = {{"message_id", asked.message.native}, {"reaction_id", text_of(reaction, "reaction_id")}}};
    return true;
  }
  return false;
}

ActionResult changed(ActionResult result, const Asked& asked, const Here&) {
  if (!result) return result;
  if (!fits("*.get_reactions", asked.action.name)) return Value();
  return fail(Retcode::bad_param,
              fmt::format("the bot has not reacted with {}", text_of(asked.action.params, "emoji_type")));
}

}  // namespace onebot::v11::reactions
