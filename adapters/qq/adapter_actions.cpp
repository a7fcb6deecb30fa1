// Adapter, the part that answers actions. Standard: interface/message/actions, interface/user/actions.

#include "adapters/qq/adapter.h"
#include "adapters/qq/calls/call_api.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace qq {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

constexpr std::int64_t kTypingSeconds = 10, kMostTypingSeconds = 60;

bool is_openid(std::string_view id) {
  return id.size() == 32 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
         });
}

bool is_decimal(std::string_view id) {
  return !id.empty() && id.size() <= 20 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Sending::Order> to_user(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "user_id"));
  if (is_openid(id)) return Sending::Order{.chat = {Chat::Kind::c2c, std::move(id)}};
  if (is_decimal(id)) return Sending::Order{.chat = {Chat::Kind::dm, ""}, .user = std::move(id)};
  return fail(Retcode::bad_param,
              fmt::format("user_id: \"{}\" is no openid (32 hexadecimal digits) and no guild's user (digits)", id));
}

Result<Sending::Order> to_group(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "group_id"));
  if (id.empty() || id.size() > 128) return fail(Retcode::bad_param, "group_id: must have 1 to 128 characters");
  return Sending::Order{.chat = {Chat::Kind::group, std::move(id)}};
}

Result<Sending::Order> to_channel(const Fields& params) {
  ONEBOT_TRY(guild, onebot::string_param(params, "guild_id"));
  ONEBOT_TRY(id, onebot::string_param(params, "channel_id"));
  if (!is_decimal(guild)) return fail(Retcode::bad_param, fmt::format("guild_id: \"{}\" is no guild (digits)", guild));
  if (is_decimal(id)) return Sending::Order{.chat = {Chat::Kind::channel, std::move(id)}, .guild = std::move(guild)};
  return fail(Retcode::bad_param, fmt::format("channel_id: \"{}\" is no channel (digits)", id));
}

struct Recipient {
  std::string_view detail_type{}, param{};
  Result<Sending::Order> (*read)(const Fields& params) = nullptr;
};
constexpr Recipient kRecipients[] = {
    {"group", "group_id", to_group}, {"channel", "channel_id", to_channel}, {"private", "user_id", to_user}};

Fields credit_fields(const Replies::Credit& credit) {
  const bool message = credit.what == Replies::What::message;
  return {{message ? "message_id" : "event_id", credit.id}, {"left", credit.left}, {"until", credit.until}};
}

std::vector<std::string_view> all_actions(std::span<const std::string_view> own) {
  std::vector<std::string_view> names(own.begin(), own.end());
  for (const CallRule& rule : call_rules()) names.push_back(rule.action);
  return names;
}

}  // namespace

const Adapter::Known Adapter::kKnown[] = {{"send_message", &Adapter::send_message},
                                          {"delete_message", &Adapter::delete_message},
                                          {"get_self_info", &Adapter::get_self_info},
                                          {"get_user_info", &Adapter::get_user_info},
                                          {"qq.get_reply_credits", &Adapter::get_reply_credits},
                                          {"qq.send_typing", &Adapter::send_typing},
                                          {"qq.call_api", &Adapter::call_api}};

std::span<const std::string_view> Adapter::actions() const {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> own;
    for (const Known& known : kKnown) own.push_back(known.name);
    return all_actions(own);
  }();
  return names;
}

void Adapter::call(onebot::Action action, onebot::Reply reply) {
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  const CallRule* rule = find_call(action.name);
  if (known == std::end(kKnown) && !rule) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++task_number_;
  Task& task = tasks_[number];
  task.reply = std::make_shared<onebot::Reply>(std::move(reply));
  Done done = [this, number](onebot::ActionResult result) {
    // The task goes before the answer, which may bring the next action.
    auto ended = tasks_.extract(number);
    (*ended.mapped().reply)(std::move(result));
  };
  if (rule) return look_up(*rule, std::move(action.params), task, std::move(done));
  (this->*known->run)(action, task, std::move(done));
}

void Adapter::look_up(const CallRule& rule, Fields params, Task& task, Done done) {
  task.lookup = std::make_unique<Call>(api_, rule, std::move(params), std::move(done));
  task.lookup->start(host_.loop.wall());
}

Sending::Desk Adapter::desk() {
  return {{api_, host_.client, host_.files, memory_.file_infos, host_.loop},
          memory_.replies,
          memory_.messages,
          memory_.consent,
          memory_.quotas,
          memory_.people,
          wait_for_audit_ ? &audits_ : nullptr,
          auto_passive_};
}

// Whom a message goes to. The guild of direct messages is the one named, or the last that the user was seen in.
Result<Sending::Order> Adapter::recipient(const Fields& params) const {
  ONEBOT_TRY(detail_type, onebot::string_param(params, "detail_type"));
  const auto* row = std::ranges::find(kRecipients, std::string_view(detail_type), &Recipient::detail_type);
  if (row == std::end(kRecipients)) {
    return fail(Retcode::unsupported_param,
                fmt::format("detail_type: \"{}\" is none of private, group, channel", detail_type));
  }
  ONEBOT_TRY(order, row->read(params));
  if (order.chat.kind != Chat::Kind::dm) return order;
  const Person* person = memory_.people.find(order.user);
  order.guild = onebot::text_of(params, "qq.src_guild_id");
  if (order.guild.empty() && person) order.guild = person->guild;
  const bool open = person && !person->direct.empty() && order.guild == person->guild;
  if (open) order.chat.openid = person->direct;
  if (!open && order.guild.empty()) {
    return fail(Retcode::unknown_user,
                fmt::format("user_id: \"{}\" was seen in no guild; name one in qq.src_guild_id", order.user));
  }
  return order;
}

void Adapter::send_message(const onebot::Action& action, Task& task, Done done) {
  auto order = recipient(action.params);
  if (!order) return done(std::unexpected(std::move(order).error()));
  const auto message = onebot::read_message_param(action.params);
  if (!message) return done(std::unexpected(message.error()));
  auto composed = compose(*message, order->chat.kind);
  if (!composed) return done(std::unexpected(std::move(composed).error()));
  order->composed = std::move(*composed);
  const std::string turn = order->user.empty() ? chat_key(order->chat) : "dm-user:" + order->user;
  task.sending = std::make_unique<Sending>(desk(), std::move(*order), [this, turn, done](onebot::ActionResult result) {
    done(std::move(result));
    turns_.leave(turn);
  });
  Sending* sending = task.sending.get();
  const auto joined = turns_.join(turn, [sending] { sending->start(); });
  if (!joined) done(std::unexpected(joined.error()));
}

// Where a message is that the bot does not know (any more), the application may say.
void Adapter::delete_message(const onebot::Action& action, Task& task, Done done) {
  const auto id = onebot::string_param(action.params, "message_id");
  if (!id) return done(std::unexpected(id.error()));
  std::vector<std::string> ids{*id};
  if (const KnownMessage* known = memory_.messages.find(*id)) {
    ids.insert(ids.end(), known->parts.begin(), known->parts.end());
    return recall_next(task, Chat(known->chat), std::move(ids), std::move(done));
  }
  for (const Recipient& row : kRecipients) {
    if (!onebot::find(action.params, row.param)) continue;
    auto order = row.read(action.params);
    if (!order) return done(std::unexpected(std::move(order).error()));
    if (const Person* person = memory_.people.find(order->user)) order->chat.openid = person->direct;
    if (!order->chat.openid.empty()) return recall_next(task, order->chat, std::move(ids), std::move(done));
  }
  done(fail(Retcode::unknown_message, fmt::format("message_id: \"{}\" is not known to this bot", *id)));
}

// Takes the last of them back first, so that the id which stands for all is known until none is left.
void Adapter::recall_next(Task& task, const Chat& chat, std::vector<std::string> ids, Done done) {
  if (ids.empty()) return done(onebot::Value());
  const std::string id = std::move(ids.back());
  ids.pop_back();
  ApiRequest request = request_to(chat, "DELETE", "messages/{message_id}");
  request.places.push_back({"message_id", id});
  if (in_guild(chat)) request.query = {{"hidetip", "false"}};
  task.call = api_.call(std::move(request), [this, &task, chat, id, ids = std::move(ids),
                                             done = std::move(done)](ApiResult result) mutable {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    memory_.messages.forget(id);
    recall_next(task, Chat(chat), std::move(ids), std::move(done));
  });
}

// The platform has no such call; a guild's members are the exception.
void Adapter::get_user_info(const onebot::Action& action, Task& task, Done done) {
  const auto id = onebot::string_param(action.params, "user_id");
  if (!id) return done(std::unexpected(id.error()));
  const Person* person = memory_.people.find(*id);
  if (!person) return done(fail(Retcode::unknown_user, fmt::format("user_id: \"{}\" is not known to this bot", *id)));
  if (person->guild.empty()) {
    return done(Fields{{"user_id", *id}, {"user_name", person->name}, {"user_displayname", ""}, {"user_remark", ""}});
  }
  look_up(*find_call("get_guild_member_info"), {{"guild_id", person->guild}, {"user_id", *id}}, task, std::move(done));
}

void Adapter::get_reply_credits(const onebot::Action& action, Task&, Done done) {
  const auto order = recipient(action.params);
  if (!order) return done(std::unexpected(order.error()));
  onebot::List credits;
  for (const Replies::Credit& credit : memory_.replies.credits(order->chat, host_.loop.wall())) {
    credits.push_back(credit_fields(credit));
  }
  done(std::move(credits));
}

// The notice names a message, as an answer does, and takes a number among its answers.
void Adapter::send_typing(const onebot::Action& action, Task& task, Done done) {
  const auto user = onebot::string_param(action.params, "user_id");
  if (!user) return done(std::unexpected(user.error()));
  const auto seconds = onebot::optional_param(onebot::integer_param, action.params, "seconds");
  if (!seconds) return done(std::unexpected(seconds.error()));
  const std::int64_t shown = seconds->value_or(kTypingSeconds);
  if (shown < 1 || shown > kMostTypingSeconds) {
    return done(fail(Retcode::bad_param, fmt::format("\"seconds\" must be 1 to {}", kMostTypingSeconds)));
  }
  if (!is_openid(*user)) return done(fail(Retcode::bad_param, "\"user_id\" must be a user's, of private messages"));
  const Chat chat{Chat::Kind::c2c, *user};
  const auto answer = memory_.replies.before_answer(chat, host_.loop.wall());
  if (!answer) return done(fail(Retcode::unasked_refused, "no message of this private chat has an answer to spare"));
  const Fields body{{"msg_type", 6},
                    {"msg_id", answer->msg_id},
                    {"msg_seq", answer->msg_seq},
                    {"input_notify", Fields{{"input_type", 1}, {"input_second", shown}}}};
  ApiRequest request = request_to(chat, "POST", "messages");
  request.body = onebot::json::write(body);
  task.call = api_.call(std::move(request), [done = std::move(done)](ApiResult result) {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    done(onebot::Value());
  });
}

void Adapter::call_api(const onebot::Action& action, Task& task, Done done) {
  auto request = read_api_call(action.params);
  if (!request) return done(std::unexpected(std::move(request).error()));
  task.call = api_.call(std::move(*request), [done = std::move(done)](ApiResult result) {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    done(result->body.root().value());
  });
}

void Adapter::get_self_info(const onebot::Action&, Task& task, Done done) {
  task.call = api_.call({.path = "/users/@me", .repeatable = true}, [done = std::move(done)](ApiResult result) {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    const onebot::json::View user = result->body.root();
    const std::string id = user.at("id").text();
    if (id.empty()) return done(fail(Retcode::refused, "the platform did not say who the bot is"));
    done(Fields{
        {"user_id", id}, {"user_name", user.at("username").text()}, {"user_displayname", ""}, {"user_remark", ""}});
  });
}

}  // namespace qq
