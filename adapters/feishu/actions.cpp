#include "adapters/feishu/actions.h"

#include "adapters/feishu/calls/table.h"
#include "adapters/kit/calls.h"
#include "onebot/task.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::io::Owner;

Owner refuse(const onebot::Told<onebot::ActionResult>& done, onebot::Error error) {
  done(std::unexpected(std::move(error)));
  return nullptr;
}

Result<Sender::Order> order_of(const Fields& params, const Account& account) {
  ONEBOT_TRY(target, target_of(params, account));
  ONEBOT_TRY(message, onebot::read_message_param(params));
  ONEBOT_TRY(in_thread, onebot::optional_param(onebot::bool_param, params, account.extension("reply_in_thread")));
  return Sender::Order{
      .message = std::move(message), .target = std::move(target), .in_thread = in_thread.value_or(false)};
}

// Whether another call may be allowed what this one is not; the list with bots is young, and not everywhere.
bool is_refusal(const onebot::Error& error) {
  return error.code == Retcode::refused || error.code == Retcode::forbidden;
}

ApiRequest deletion(const std::string& path, const std::string& id) {
  return {.method = "DELETE", .path = path, .places = {{"id", id, "message_id"}}};
}

// One after another, the last first. One that is gone already is what was asked for; one that the platform refuses to
// take back keeps none of the others, and is told of.
onebot::Task<onebot::ActionResult> deleted(std::vector<std::string> ids, bool are_known, const Settings& settings,
                                           const Api& api) {
  onebot::ActionResult result = onebot::Value();
  for (; !ids.empty(); ids.pop_back()) {
    auto answer = co_await api.ask(deletion(settings.paths.remove, ids.back()));
    if (answer || (are_known && is_so_already("delete_message", answer.error().error, settings.dialect->prefix)))
      continue;
    if (result) result = std::unexpected(answer.error().error);
    if (answer.error().http_status == 0) break;  // nobody there: nor for the rest
  }
  co_return result;
}

}  // namespace

constexpr Actions::Known Actions::kKnown[] = {{"send_message", &Actions::send_message},
                                              {"get_self_info", &Actions::get_self_info},
                                              {"delete_message", &Actions::delete_message}};

Actions::Actions(const Settings& settings, const Parts& parts)
    : settings_(settings),
      parts_(parts),
      sender_(settings, Sender::Parts{parts.api, parts.identity, parts.memory, parts.host}) {
  offer();
}

void Actions::offer() {
  for (const onebot::CallRow& row : calls().rows) {
    if (is_offered(row, settings_.paths)) offered_names_.push_back(action_name(row, parts_.identity.account()));
  }
  offered_.assign(offered_names_.begin(), offered_names_.end());
}

// nullptr: it is not offered here.
const onebot::CallRow* Actions::find_row(std::string_view action) const {
  const auto rows = calls().rows;
  const auto found = std::ranges::find_if(rows, [&](const onebot::CallRow& row) {
    return action_name(row, parts_.identity.account()) == action && is_offered(row, settings_.paths);
  });
  return found == rows.end() ? nullptr : &*found;
}

void Actions::call(const onebot::Action& action, onebot::Reply reply) {
  const onebot::CallRow* row = find_row(action.name);
  static_assert(kit::are_written(kKnown, kCoded));
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  if (!row) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++number_;
  tasks_.emplace(number, Task{.reply = std::move(reply)});
  Done done = [this, number](onebot::ActionResult result) { ended(number, std::move(result)); };
  Owner work = row->is_coded() ? (this->*known->run)(action, std::move(done)) : look_up(*row, action, std::move(done));
  if (const auto task = tasks_.find(number); task != tasks_.end()) task->second.work = std::move(work);
}

// The work goes before the answer, which may bring the next action.
void Actions::ended(std::uint64_t number, onebot::ActionResult result) {
  auto ended = tasks_.extract(number);
  if (ended.empty()) return;
  ended.mapped().work.reset();
  ended.mapped().reply(std::move(result));
}

void Actions::stop() {
  sender_.stop();
  for (auto tasks = std::exchange(tasks_, {}); auto& [number, task] : tasks) {
    task.work.reset();
    task.reply.error({Retcode::shutting_down, "the bot is being stopped"});
  }
}

Owner Actions::send_message(const onebot::Action& action, Done done) {
  auto order = order_of(action.params, parts_.identity.account());
  if (!order) return refuse(done, std::move(order).error());
  return sender_.send(*std::move(order), std::move(done));
}

Owner Actions::delete_message(const onebot::Action& action, Done done) {
  const auto id = id_param(action.params, "message_id");
  if (!id) return refuse(done, id.error());
  std::vector<std::string> ids = parts_.memory.sent_with(*id);
  const bool are_known = ids.size() > 1 || parts_.memory.messages.find(*id) != nullptr;
  return onebot::start(deleted(std::move(ids), are_known, settings_, parts_.api), std::move(done));
}

Owner Actions::get_self_info(const onebot::Action&, Done done) {
  if (parts_.identity.needs_name()) return parts_.identity.ask_name(std::move(done));
  done(onebot::Value(profile_of(parts_.identity.account())));
  return nullptr;
}

Owner Actions::look_up(const onebot::CallRow& row, const onebot::Action& action, Done done) {
  const bool about_person = row.name == "get_user_info";
  const std::string_view user = onebot::text_of(action.params, "user_id");
  if (about_person && user == parts_.identity.account().user_id) return get_self_info(action, std::move(done));
  return onebot::start(asked(row, action.params), std::move(done));
}

onebot::Task<onebot::ActionResult> Actions::asked(const onebot::CallRow& row, Fields params) {
  const std::string user(row.name == "get_user_info" ? onebot::text_of(params, "user_id") : "");
  const kit::Caller caller{calls(), parts_.identity.account(), parts_.api, parts_.host.loop, &parts_.memory.members};
  const std::string path(path_named(row.path.endpoint, settings_.paths));
  const bool lists_bots = row.is_list && path == settings_.paths.members && !settings_.paths.member_list.empty();
  auto asking = kit::run(caller, row, lists_bots ? settings_.paths.member_list : path, params);
  onebot::ActionResult result = co_await asking;
  if (lists_bots && !result && is_refusal(result.error())) {
    auto people = kit::run(caller, row, path, std::move(params));
    result = co_await people;
  }
  if (!result && is_so_already(row.name, result.error(), settings_.dialect->prefix)) result = onebot::Value();
  if (result) parts_.memory.learn_names(*result);
  co_return user.empty() ? std::move(result) : stand_in(user, std::move(result));
}

// For a person whom the app may not look up, but whose name a list has told.
onebot::ActionResult Actions::stand_in(const std::string& user_id, onebot::ActionResult result) const {
  if (result || result.error().code != Retcode::forbidden) return result;
  const std::string* name = parts_.memory.names.find(user_id);
  if (!name) return result;
  return onebot::Value(
      Fields{{"user_id", user_id}, {"user_name", *name}, {"user_displayname", ""}, {"user_remark", ""}});
}

}  // namespace feishu
