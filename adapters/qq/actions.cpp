#include "adapters/qq/actions.h"

#include "adapters/kit/calls.h"
#include "adapters/qq/calls/call_api.h"
#include "adapters/qq/calls/table.h"
#include "adapters/qq/recipients.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace qq {

using onebot::ActionResult;
using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::int64_t kTypingSeconds = 10, kMostTypingSeconds = 60;

Fields user_fields(std::string id, std::string name) {
  return {{"user_id", std::move(id)}, {"user_name", std::move(name)}, {"user_displayname", ""}, {"user_remark", ""}};
}

// The platform tells no picture, but shows one to everybody who asks by app and openid.
Fields with_avatar(Fields user, std::string_view app_id) {
  const std::string id(onebot::text_of(user, "user_id"));
  if (is_openid(id)) user.push_back({"qq.avatar", fmt::format("https://q.qlogo.cn/qqapp/{}/{}/640", app_id, id)});
  return user;
}

Fields credit_fields(const Replies::Credit& credit) {
  const bool message = credit.what == Replies::What::message;
  return {{message ? "message_id" : "event_id", credit.id}, {"left", credit.left}, {"until", credit.until}};
}

Fields member_params(const std::string& guild, const std::string& user) {
  return {{"guild_id", guild}, {"user_id", user}};
}

ApiRequest deletion(const Chat& chat, const std::string& id) {
  ApiRequest request = request_to(chat, "DELETE", "messages/{message_id}");
  request.places.push_back({"message_id", id});
  if (in_guild(chat)) request.query = {{"hidetip", "false"}};
  return request;
}

}  // namespace

constexpr Actions::Known Actions::kKnown[] = {{"send_message", &Actions::send_message},
                                              {"delete_message", &Actions::delete_message},
                                              {"get_self_info", &Actions::get_self_info},
                                              {"get_user_info", &Actions::get_user_info},
                                              {"get_friend_list", &Actions::get_friend_list},
                                              {"get_group_list", &Actions::get_group_list},
                                              {"qq.get_reply_credits", &Actions::get_reply_credits},
                                              {"qq.send_typing", &Actions::send_typing},
                                              {"qq.send_stream", &Actions::send_stream},
                                              {"qq.call_api", &Actions::call_api}};

std::span<const std::string_view> Actions::names() { return offered_actions(); }

// --- under way ---

void Actions::call(onebot::Action action, onebot::Reply reply) {
  const onebot::CallRow* row = calls().find(action.name);
  static_assert(kit::are_written(kKnown, kCoded));
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  if (!row) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++number_;
  UnderWay& own = under_way_[number];
  own.reply.emplace(std::move(reply));
  Doing doing = row->is_coded() ? (this->*known->run)(std::move(action.params), own.turn)
                                : look_up(*row, std::move(action.params));
  auto owner = onebot::start<ActionResult>(std::move(doing),
                                           [this, number](ActionResult result) { ended(number, std::move(result)); });
  if (const auto found = under_way_.find(number); found != under_way_.end()) found->second.doing = std::move(owner);
}

// It is no longer under way when it is answered, which may bring the next action.
void Actions::ended(std::uint64_t number, ActionResult result) {
  auto own = under_way_.extract(number);
  (*own.mapped().reply)(std::move(result));
}

void Actions::stop() {
  parts_.sender.stop();
  parts_.streams.stop();
  for (auto all = std::exchange(under_way_, {}); auto& [number, own] : all) {
    own.doing.reset();
    own.reply->error({Retcode::shutting_down, "the bot is being stopped"});
  }
}

// --- messages ---

Actions::Doing Actions::send_message(Fields params, kit::Turn& turn) {
  return parts_.sender.send(std::move(params), turn);
}

Actions::Doing Actions::send_stream(Fields params, kit::Turn& turn) {
  return parts_.streams.send(std::move(params), turn);
}

// Where a message is that the bot does not know (any more), the application may say.
Result<Chat> Actions::chat_of(const std::string& message_id, const Fields& params) const {
  if (const KnownMessage* known = parts_.memory.messages.find(message_id)) return known->chat;
  const HeardMessage* heard = parts_.memory.heard.find(message_id);
  if (heard && heard->is_index) {
    return fail(
        Retcode::unknown_message,
        fmt::format("message_id: \"{}\" is the platform's index of a message that this bot has not seen: it can "
                    "be quoted, and not be taken back",
                    message_id));
  }
  ONEBOT_TRY(chat, read_chat(params, parts_.memory.people));
  if (chat) return *chat;
  if (heard) return heard->chat;
  return fail(Retcode::unknown_message, fmt::format("message_id: \"{}\" is not known to this bot", message_id));
}

// The last of them first, and the id that stands for all is known until none is left. One that is gone already is what
// was asked for; one that QQ refuses to take back keeps none of the others, and is told of.
Actions::Doing Actions::delete_message(Fields params, kit::Turn&) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "message_id"));
  Messages& messages = parts_.memory.messages;
  id = messages.named(id);
  ONEBOT_CO_TRY(chat, chat_of(id, params));
  std::vector<std::string> ids{id};
  const KnownMessage* known = messages.find(id);
  const bool is_known = known != nullptr;
  if (known) ids.insert(ids.end(), known->parts.begin(), known->parts.end());
  ActionResult told = onebot::Value();
  for (; !ids.empty(); ids.pop_back()) {
    const ApiResult result = co_await parts_.api.ask(deletion(chat, ids.back()));
    const bool gone = !result && is_known && is_so_already("delete_message", result.error().error);
    if (!result && !gone && told) told = std::unexpected(result.error().error);
    if (!result && result.error().http_status == 0) break;  // nobody there: nor for the rest
    if (told || ids.size() > 1) messages.forget(ids.back());
  }
  co_return told;
}

Actions::Doing Actions::get_reply_credits(Fields params, kit::Turn&) {
  ONEBOT_CO_TRY(to, read_recipient(params, parts_.memory.people));
  onebot::List credits;
  for (const Replies::Credit& credit : parts_.memory.replies.credits(to.chat, parts_.loop.wall())) {
    credits.push_back(credit_fields(credit));
  }
  co_return credits;
}

// The notice names a message, as an answer does, and takes a number among its answers.
Result<ApiRequest> Actions::typing(const Fields& params) {
  ONEBOT_TRY(user, onebot::string_param(params, "user_id"));
  ONEBOT_TRY(seconds, onebot::optional_param(onebot::integer_param, params, "seconds"));
  const std::int64_t shown = seconds.value_or(kTypingSeconds);
  if (shown < 1 || shown > kMostTypingSeconds) {
    return fail(Retcode::bad_param, fmt::format("\"seconds\" must be 1 to {}", kMostTypingSeconds));
  }
  if (!is_openid(user)) return fail(Retcode::bad_param, "\"user_id\" must be a user's, of private messages");
  const Chat chat{Chat::Kind::c2c, user};
  const auto answer = parts_.memory.replies.before_answer(chat, parts_.loop.wall());
  if (!answer) return fail(Retcode::unasked_refused, "no message of this private chat has an answer to spare");
  const Fields body{{"msg_type", 6},
                    {"msg_id", answer->msg_id},
                    {"msg_seq", answer->msg_seq},
                    {"input_notify", Fields{{"input_type", 1}, {"input_second", shown}}}};
  ApiRequest request = request_to(chat, "POST", "messages");
  request.repeatable = true;
  request.body = onebot::json::write(body);
  return request;
}

Actions::Doing Actions::send_typing(Fields params, kit::Turn&) {
  ONEBOT_CO_TRY(request, typing(params));
  const ApiResult result = co_await parts_.api.ask(std::move(request));
  if (!result) co_return std::unexpected(result.error().error);
  co_return onebot::Value();
}

// --- people, and everything else ---

// The platform has no such call; a guild's members are the exception.
Actions::Doing Actions::get_user_info(Fields params, kit::Turn&) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "user_id"));
  const Person* person = parts_.memory.people.find(id);
  if (const std::string* name = parts_.memory.roster.name_of({Chat::Kind::c2c, id}); name && !person) {
    co_return with_avatar(user_fields(id, *name), parts_.app_id);
  }
  if (!person) co_return fail(Retcode::unknown_user, fmt::format("user_id: \"{}\" is not known to this bot", id));
  if (person->guild.empty()) co_return with_avatar(user_fields(id, person->name), parts_.app_id);
  auto member = look_up(*calls().find("get_guild_member_info"), member_params(person->guild, id));
  co_return co_await member;
}

Actions::Doing Actions::get_friend_list(Fields, kit::Turn&) { co_return parts_.memory.roster.users(); }
Actions::Doing Actions::get_group_list(Fields, kit::Turn&) { co_return parts_.memory.roster.groups(); }

Actions::Doing Actions::get_self_info(Fields, kit::Turn&) {
  ONEBOT_CO_TRY(told, co_await parts_.identity.look_up());
  co_return user_fields(std::move(told.user_id), std::move(told.name));
}

Actions::Doing Actions::call_api(Fields params, kit::Turn&) {
  ONEBOT_CO_TRY(request, read_api_call(params));
  const ApiResult result = co_await parts_.api.ask(std::move(request));
  if (!result) co_return std::unexpected(result.error().error);
  co_return result->body.root().value();
}

Actions::Doing Actions::look_up(const onebot::CallRow& row, Fields params) {
  const kit::Caller caller{calls(), parts_.self, parts_.api, parts_.loop};
  auto running = kit::run(caller, row, std::string(row.path.path), std::move(params));
  ActionResult result = co_await running;
  if (!result && is_so_already(row.name, result.error())) co_return onebot::Value();
  co_return result;
}

}  // namespace qq
