#include "adapters/feishu/calls/table.h"

#include "adapters/feishu/calls/answers.h"
#include "adapters/feishu/calls/bodies.h"
#include "adapters/kit/calls.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace feishu {
namespace {

using onebot::action;
using onebot::Retcode;
using onebot::ValueKind;

// The path of this name in the configuration; params go into its places, "{id}" and "{key}", in the order of Feishu's.
consteval onebot::CallPath at(std::string_view name, std::string_view params = {}) {
  for (const PathName& known : kPathNames) {
    if (known.name == name) return {kFeishuPaths.*known.known, name, params};
  }
  std::abort();  // there is none of this name: this does not compile
}

constexpr onebot::Paging kByToken{
    .query = "page_token", .next = "page_token", .more = "has_more", .most_items = 20'000};
constexpr int kFresh = 60;  // seconds for which a list of members does for questions about one

// clang-format off
constexpr onebot::CallRow kCalls[] = {
    // Code, see kCoded.
    action("send_message").by_hand("send"),
    action("get_self_info").by_hand(),
    action("delete_message").by_hand("delete"),

    // People.
    action("get_user_info").get(at("user", "user_id")).puts("id", person_id).asks("user_id_type", person_id_type)
        .tells("user_id", "{user_id}").tells("user_name", "user.name").tells("user_displayname", "user.nickname")
        .tells("user_remark", ""),

    // Groups. There is no call for one member. One list has the people, another one bots as well: see actions.cpp, which
    // asks the other one first. Where it has none, the bot adds itself.
    action("get_group_info").get(at("chat", "group_id")).asks("user_id_type", id_type)
        .tells("group_id", "{group_id}").tells("group_name", "name"),
    action("get_group_list").get(at("chats")).asks("user_id_type", id_type).asks("page_size=100")
        .lists("items").pages(kByToken).tells("group_id", "chat_id").tells("group_name", "name"),
    action("get_group_member_info").get(at("members", "group_id")).asks("member_id_type", id_type)
        .asks("page_size=100").lists("items users bots").pages(kByToken).recent("group_id", kFresh)
        .adds(bot_itself).picks("user_id", Retcode::unknown_user)
        .tells("user_id", "member_id").tells("user_name", "name").tells("user_displayname", "")
        .tells("user_remark", "").tells(kAppField, "app_id"),
    action("get_group_member_list").get(at("members", "group_id")).asks("member_id_type", id_type)
        .asks("page_size=100").lists("items users bots").pages(kByToken).kept("group_id").adds(bot_itself)
        .tells("user_id", "member_id").tells("user_name", "name").tells("user_displayname", "")
        .tells("user_remark", "").tells(kAppField, "app_id"),
    action("set_group_name").put(at("chat", "group_id")).sends("name", "group_name"),
    action("leave_group").del(at("members", "group_id")).asks("member_id_type=app_id").sends("id_list", own_apps),

    // Messages that are there already, with their cards whole and the names of who wrote them.
    action("feishu.get_message").needs("message_id").may("card_msg_content_type", ValueKind::text)
        .get(at("message", "message_id")).asks("card_msg_content_type", card_form).asks("with_sender_name=true")
        .answers(first_message),
    // The message and those inside it.
    action("feishu.get_merge_forward").needs("message_id").may("card_msg_content_type", ValueKind::text)
        .get(at("message", "message_id")).asks("card_msg_content_type", card_form).asks("with_sender_name=true")
        .answers(all_messages),
    // One page of a group, a chat or a thread.
    action("feishu.get_history").may("thread_id").may("group_id").may("start_time", ValueKind::number)
        .may("end_time", ValueKind::number).may("page_size", ValueKind::number).may("sort_type", ValueKind::text)
        .may("page_token", ValueKind::text).may("card_msg_content_type", ValueKind::text)
        .get(at("history")).asks("container_id_type", container_type).asks("container_id", container_id)
        .asks("start_time").asks("end_time").asks("page_size").asks("sort_type").asks("page_token")
        .asks("card_msg_content_type", card_form).asks("with_sender_name=true")
        .answers(page_of_messages),
    action("feishu.edit_message").needs("message_id").needs("message", ValueKind::message)
        .put(at("message", "message_id")).body(edited_message),
    action("feishu.forward_message").needs("message_id").may("group_id").may("user_id")
        .post(at("forward", "message_id")).harmless().asks("receive_id_type", receiver_id_type).asks("uuid", new_uuid)
        .sends("receive_id", receiver_id).tells("message_id"),
    action("feishu.get_read_users").needs("message_id").get(at("read_users", "message_id"))
        .asks("user_id_type", id_type).asks("page_size=100").lists("items").pages(kByToken)
        .tells("user_id").tells("time", "timestamp", time_told),
    action("feishu.urge_message").needs("message_id").needs("user_ids", ValueKind::list)
        .patch(at("urgent", "message_id")).once().asks("user_id_type", id_type).sends("user_id_list", urged_users),

    // Cards. A token is good for two updates, so a repeat could use the second one up.
    action("feishu.update_card").needs("message_id").needs("card", ValueKind::any)
        .patch(at("message", "message_id")).sends("content", card_text),
    action("feishu.update_card_by_token").needs("token").needs("card", ValueKind::any)
        .post(at("card_update")).sends("token").sends("card", card_object),

    // Reactions and pins.
    action("feishu.add_reaction").needs("message_id").needs("emoji_type").post(at("reactions", "message_id"))
        .sends("reaction_type.emoji_type", "emoji_type").tells("reaction_id"),
    action("feishu.delete_reaction").needs("message_id").needs("reaction_id")
        .del(at("reaction", "message_id reaction_id")),
    action("feishu.get_reactions").needs("message_id").may("emoji_type", ValueKind::text)
        .get(at("reactions", "message_id")).asks("page_size=50").asks("reaction_type", "emoji_type")
        .lists("items").pages(kByToken)
        .tells("reaction_id").tells("emoji_type", "reaction_type.emoji_type")
        .tells("user_id", "operator.operator_id", person_told).tells("operator_type", "operator.operator_type")
        .tells("time", "action_time", time_told),
    action("feishu.pin_message").needs("message_id").post(at("pins")).harmless().sends("message_id"),
    action("feishu.unpin_message").needs("message_id").del(at("pin", "message_id")),
    action("feishu.get_pins").needs("group_id").get(at("pins")).asks("chat_id", "group_id").asks("page_size=50")
        .lists("items").pages(kByToken)
        .tells("message_id").tells("user_id", "operator_id").tells("time", "create_time", time_told),
};
// clang-format on
static_assert(onebot::conform(kCalls, "feishu"));
static_assert(kit::are_coded(kCalls, kCoded));

constexpr onebot::CallTable kTable{.rows = kCalls, .answer_at = "data", .longest_id = 256};

}  // namespace

const onebot::CallTable& calls() { return kTable; }

std::string action_name(const onebot::CallRow& row, const Account& account) { return respelled(row.name, account); }

std::string_view path_named(std::string_view name, const OwnPaths& paths) {
  const auto* known = std::ranges::find(kPathNames, name, &PathName::name);
  return known == std::end(kPathNames) ? std::string_view() : std::string_view(paths.*known->own);
}

bool is_offered(const onebot::CallRow& row, const OwnPaths& paths) {
  return row.path.endpoint.empty() || !path_named(row.path.endpoint, paths).empty();
}

}  // namespace feishu
