// Adapter, the part that answers actions. Standard: interface/message/actions, interface/user/actions.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/feishu/adapter.h"

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

// The one that not every platform has is the last.
constexpr std::string_view kActions[] = {"send_message", "get_self_info", "delete_message"};

// How ids begin where they tell what they name.
struct Kind {
  std::string_view begins{}, id_type{};
};
constexpr Kind kKinds[] = {{"oc_", "chat_id"}, {"ou_", "open_id"}, {"on_", "union_id"}};

bool flag(const Fields& params, std::string_view name) {
  const onebot::Value* value = onebot::find(params, name);
  const bool* set = value ? std::get_if<bool>(value) : nullptr;
  return set && *set;
}

}  // namespace

const Adapter::Known Adapter::kKnown[] = {{"send_message", &Adapter::send_message},
                                          {"get_self_info", &Adapter::get_self_info},
                                          {"delete_message", &Adapter::delete_message}};

std::span<const std::string_view> Adapter::actions() const {
  const std::span<const std::string_view> all(kActions);
  return settings_.paths.remove.empty() ? all.first(all.size() - 1) : all;
}

void Adapter::call(onebot::Action action, onebot::Reply reply) {
  if (std::ranges::find(actions(), std::string_view(action.name)) == actions().end()) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  const std::uint64_t number = ++number_;
  Task& task = tasks_[number];
  task.reply = std::make_shared<onebot::Reply>(std::move(reply));
  (this->*known->run)(action, task, [this, number](onebot::ActionResult result) {
    // The task goes before the answer, which may bring the next action.
    auto ended = tasks_.extract(number);
    if (!ended.empty()) (*ended.mapped().reply)(std::move(result));
  });
}

// --- send_message ---

Target Adapter::person(std::string_view user_id) const {
  if (const std::string* alias = memory_.aliases.find(user_id)) {
    return {std::string(kIdTypeNames[static_cast<std::size_t>(settings_.dialect->send_by)]), *alias};
  }
  const std::string_view configured = kIdTypeNames[static_cast<std::size_t>(settings_.id_type)];
  if (!settings_.dialect->kinds_by_prefix) return {std::string(configured), std::string(user_id)};
  for (const Kind& kind : kKinds) {
    if (user_id.starts_with(kind.begins)) return {std::string(kind.id_type), std::string(user_id)};
  }
  return {user_id.find('@') == std::string_view::npos ? "user_id" : "email", std::string(user_id)};
}

Result<Target> Adapter::target_of(const Fields& params) const {
  ONEBOT_TRY(detail_type, onebot::string_param(params, "detail_type"));
  const std::string chat_param = account_.extension("chat_id");
  if (detail_type == "private" && onebot::find(params, chat_param)) {
    ONEBOT_TRY(chat, onebot::string_param(params, chat_param));
    return Target{"chat_id", std::move(chat)};
  }
  if (detail_type != "private" && detail_type != "group") {
    return fail(Retcode::unsupported_param, fmt::format("detail_type: \"{}\" is none of private, group", detail_type));
  }
  const std::string_view name = detail_type == "private" ? "user_id" : "group_id";
  ONEBOT_TRY(id, onebot::string_param(params, name));
  if (id.empty() || id.size() > 256) {
    return fail(Retcode::bad_param, fmt::format("{}: must have 1 to 256 characters", name));
  }
  return detail_type == "private" ? person(id) : Target{"chat_id", std::move(id)};
}

void Adapter::send_message(const onebot::Action& action, Task& task, Done done) {
  auto target = target_of(action.params);
  if (!target) return done(std::unexpected(std::move(target).error()));
  auto message = onebot::read_message_param(action.params);
  if (!message) return done(std::unexpected(std::move(message).error()));
  auto composed = compose(*message, *settings_.dialect, !settings_.paths.reply.empty());
  if (!composed) return done(std::unexpected(std::move(composed).error()));
  if (composed->dropped_reply) {
    host_.log.count("replies_dropped");
    host_.log.line(onebot::LogLevel::warn, "sent without its reply segment: this platform has no call for replies");
  }
  Sending::Job job{.composed = *std::move(composed),
                   .target = *std::move(target),
                   .in_thread = flag(action.params, account_.extension("reply_in_thread")),
                   .send_path = settings_.paths.send,
                   .reply_path = settings_.paths.reply,
                   .dialect = settings_.dialect};
  const std::string chat = job.target.id_type == "chat_id" ? job.target.id : std::string();
  task.sending = std::make_unique<Sending>(
      std::move(job), api_, host_.loop,
      [this, chat](std::string_view id, std::string_view chat_id, const Outgoing&) {
        memory_.messages.set(id, {account_.user_id, chat_id.empty() ? chat : std::string(chat_id)});
      },
      [this, done = std::move(done)](onebot::ActionResult result) {
        keep_sent(result);
        done(std::move(result));
      });
  task.sending->start();
}

// Several messages of the platform go by the id of the first, so that they can be deleted together.
void Adapter::keep_sent(const onebot::ActionResult& result) {
  const onebot::Value& data = result ? *result : result.error().data;
  const auto* fields = std::get_if<Fields>(&data);
  const onebot::Value* listed = fields ? onebot::find(*fields, account_.extension("message_ids")) : nullptr;
  const auto* ids = listed ? std::get_if<onebot::List>(listed) : nullptr;
  if (!ids) return;
  std::vector<std::string> all;
  std::string joined;
  for (const onebot::Value& id : *ids) {
    all.push_back(std::get<std::string>(id));
    joined += (joined.empty() ? "" : " ") + all.back();
  }
  const std::string first = all.front();
  groups_of_sent_.set(first, std::move(all));
  host_.events.remember({"sent", first, joined});
}

// --- delete_message ---

void Adapter::delete_message(const onebot::Action& action, Task& task, Done done) {
  auto id = onebot::string_param(action.params, "message_id");
  if (!id) return done(std::unexpected(std::move(id).error()));
  if (id->empty() || id->size() > 256) {
    return done(fail(Retcode::bad_param, "message_id: must have 1 to 256 characters"));
  }
  const std::vector<std::string>* all = groups_of_sent_.find(*id);
  task.to_delete = all ? *all : std::vector<std::string>{*id};
  delete_next(task, std::move(done));
}

void Adapter::delete_next(Task& task, Done done) {
  if (task.to_delete.empty()) return done(onebot::Value());
  const std::string id = std::move(task.to_delete.back());
  task.to_delete.pop_back();
  task.call = api_.call({.method = "DELETE", .path = path_to(settings_.paths.remove, id)},
                        [this, &task, done = std::move(done)](ApiResult answer) mutable {
                          if (!answer) return done(std::unexpected(std::move(answer).error().error));
                          delete_next(task, std::move(done));
                        });
}

// --- get_self_info ---

Fields Adapter::self_info() const {
  return {{"user_id", account_.user_id}, {"user_name", name_}, {"user_displayname", ""}, {"user_remark", ""}};
}

void Adapter::get_self_info(const onebot::Action&, Task& task, Done done) {
  if (!name_.empty() || settings_.paths.bot.empty()) return done(onebot::Value(self_info()));
  task.call = api_.call({.path = settings_.paths.bot}, [this, done = std::move(done)](ApiResult answer) {
    if (!answer) return done(std::unexpected(std::move(answer).error().error));
    name_ = answer->root().at("bot.app_name").text();
    done(onebot::Value(self_info()));
  });
}

}  // namespace feishu
