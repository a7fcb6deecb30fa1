#include "adapters/feishu/actions.h"

#include "adapters/feishu/calls/asking.h"
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

Owner refuse(const std::function<void(onebot::ActionResult)>& done, onebot::Error error) {
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

ApiRequest deletion(const std::string& path, const std::string& id) {
  return {.method = "DELETE", .path = path, .places = {{"id", id, "message_id"}}};
}

// One after another, the last first, up to the first failure.
onebot::Task<onebot::ActionResult> deleted(std::vector<std::string> ids, std::string path, const Api& api) {
  for (; !ids.empty(); ids.pop_back()) {
    auto answer = co_await api.ask(deletion(path, ids.back()));
    if (!answer) co_return std::unexpected(std::move(answer).error().error);
  }
  co_return onebot::Value();
}

}  // namespace

const Actions::Known Actions::kKnown[] = {{"send_message", &Actions::send_message, &OwnPaths::send},
                                          {"get_self_info", &Actions::get_self_info},
                                          {"delete_message", &Actions::delete_message, &OwnPaths::remove}};

Actions::Actions(const Settings& settings, const Parts& parts)
    : settings_(settings),
      parts_(parts),
      sender_(settings, Sender::Parts{parts.api, parts.identity, parts.memory, parts.host}) {
  offer();
}

void Actions::offer() {
  const auto add = [this](std::string name, std::string OwnPaths::*path) {
    if (!path || !(settings_.paths.*path).empty()) offered_names_.push_back(std::move(name));
  };
  for (const Known& known : kKnown) add(std::string(known.name), known.path);
  for (const QueryRow& row : queries()) add(action_name(row, parts_.identity.account()), row.path);
  offered_.assign(offered_names_.begin(), offered_names_.end());
}

void Actions::call(const onebot::Action& action, onebot::Reply reply) {
  if (std::ranges::find(offered_, std::string_view(action.name)) == offered_.end()) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++number_;
  tasks_.emplace(number, Task{.reply = std::move(reply)});
  Owner work = begin(action, [this, number](onebot::ActionResult result) { ended(number, std::move(result)); });
  if (const auto task = tasks_.find(number); task != tasks_.end()) task->second.work = std::move(work);
}

Owner Actions::begin(const onebot::Action& action, Done done) {
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  if (known != std::end(kKnown)) return (this->*known->run)(action, std::move(done));
  for (const QueryRow& row : queries()) {
    if (action_name(row, parts_.identity.account()) == action.name) return query(row, action, std::move(done));
  }
  return nullptr;
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
  return onebot::start(deleted(parts_.memory.sent_with(*id), settings_.paths.remove, parts_.api), std::move(done));
}

Owner Actions::get_self_info(const onebot::Action&, Done done) {
  if (parts_.identity.needs_name()) return parts_.identity.ask_name(std::move(done));
  done(onebot::Value(parts_.identity.profile()));
  return nullptr;
}

Owner Actions::query(const QueryRow& row, const onebot::Action& action, Done done) {
  const Account& account = parts_.identity.account();
  const bool about_person = row.action == "get_user_info";
  std::string user(onebot::text_of(action.params, "user_id"));
  if (about_person && user == account.user_id) return get_self_info(action, std::move(done));
  const Asked asked{action.params, account, settings_.paths,
                    [&account](std::string_view user_id) { return person(user_id, account); },
                    parts_.identity.profile()};
  auto query = row.ask(asked);
  if (!query) return refuse(done, std::move(query).error());
  auto asking = std::make_unique<Asking>(
      *std::move(query), Asking::Parts{parts_.api, parts_.memory, parts_.host.loop},
      [this, stands_in = about_person, user = std::move(user), done = std::move(done)](onebot::ActionResult result) {
        done(stands_in ? stand_in(user, std::move(result)) : std::move(result));
      });
  asking->start();
  return asking;
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
