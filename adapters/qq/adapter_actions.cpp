// Adapter, the part that answers actions. Standard: interface/message/actions, interface/user/actions.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "adapters/qq/adapter.h"

namespace qq {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

constexpr std::string_view kActions[] = {"send_message", "delete_message", "get_self_info"};

bool is_openid(std::string_view id) {
  return id.size() == 32 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
         });
}

Result<Chat> private_chat(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "user_id"));
  if (is_openid(id)) return Chat{Chat::Kind::c2c, std::move(id)};
  const bool decimal = !id.empty() && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
  if (decimal)
    return fail(Retcode::unsupported_param,
                fmt::format("user_id: \"{}\" is a guild's user, whom this bridge cannot write to", id));
  return fail(Retcode::bad_param, fmt::format("user_id: \"{}\" is no openid (32 hexadecimal digits)", id));
}

Result<Chat> group_chat(const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "group_id"));
  if (id.empty() || id.size() > 128) return fail(Retcode::bad_param, "group_id: must have 1 to 128 characters");
  return Chat{Chat::Kind::group, std::move(id)};
}

Result<Chat> chat_of(const Fields& params) {
  ONEBOT_TRY(detail_type, onebot::string_param(params, "detail_type"));
  if (detail_type == "private") return private_chat(params);
  if (detail_type == "group") return group_chat(params);
  return fail(Retcode::unsupported_param, fmt::format("detail_type: \"{}\" is none of private, group", detail_type));
}

// Where a message is that the bot does not know (any more), as far as the application says.
Result<Chat> named_chat(const Fields& params, std::string_view message_id) {
  if (onebot::find(params, "group_id")) return group_chat(params);
  if (onebot::find(params, "user_id")) return private_chat(params);
  return fail(Retcode{35001}, fmt::format("message_id: \"{}\" is not known to this bot", message_id));
}

}  // namespace

const Adapter::Known Adapter::kKnown[] = {{"send_message", &Adapter::send_message},
                                          {"delete_message", &Adapter::delete_message},
                                          {"get_self_info", &Adapter::get_self_info}};

std::span<const std::string_view> Adapter::actions() const { return kActions; }

void Adapter::call(onebot::Action action, onebot::Reply reply) {
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  if (known == std::end(kKnown)) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++task_number_;
  Task& task = tasks_[number];
  task.reply = std::make_shared<onebot::Reply>(std::move(reply));
  (this->*known->run)(action, task, [this, number](onebot::ActionResult result) {
    // The task goes before the answer, which may bring the next action.
    auto ended = tasks_.extract(number);
    (*ended.mapped().reply)(std::move(result));
  });
}

void Adapter::send_message(const onebot::Action& action, Task& task, Done done) {
  auto chat = chat_of(action.params);
  if (!chat) return done(std::unexpected(std::move(chat).error()));
  const auto message = onebot::read_message_param(action.params);
  if (!message) return done(std::unexpected(message.error()));
  auto composed = compose(*message, chat->kind);
  if (!composed) return done(std::unexpected(std::move(composed).error()));
  task.sending = std::make_unique<Sending>(Sending::Desk{api_, replies_, messages_, host_.loop}, std::move(*chat),
                                           std::move(*composed), std::move(done));
  task.sending->start();
}

void Adapter::delete_message(const onebot::Action& action, Task& task, Done done) {
  const auto id = onebot::string_param(action.params, "message_id");
  if (!id) return done(std::unexpected(id.error()));
  const KnownMessage* known = messages_.find(*id);
  const Result<Chat> chat = known ? Result<Chat>(known->chat) : named_chat(action.params, *id);
  if (!chat) return done(std::unexpected(chat.error()));
  ApiRequest request{.method = "DELETE", .path = messages_path(*chat, *id), .repeatable = true};
  task.call = api_.call(std::move(request), [this, id = *id, done = std::move(done)](ApiResult result) {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    messages_.forget(id);
    done(onebot::Value());
  });
}

void Adapter::get_self_info(const onebot::Action&, Task& task, Done done) {
  task.call = api_.call({.path = "/users/@me", .repeatable = true}, [done = std::move(done)](ApiResult result) {
    if (!result) return done(std::unexpected(std::move(result).error().error));
    const onebot::json::View user = result->body.root();
    const std::string id = user.at("id").text();
    if (id.empty()) return done(fail(Retcode::platform_error, "the platform did not say who the bot is"));
    done(Fields{
        {"user_id", id}, {"user_name", user.at("username").text()}, {"user_displayname", ""}, {"user_remark", ""}});
  });
}

}  // namespace qq
