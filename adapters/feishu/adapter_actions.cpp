// Adapter, the part that answers actions. Standard: interface/message/actions, interface/user/actions.

#include "adapters/feishu/adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

constexpr std::size_t kMostWaiting = 200;  // messages for one receiver

// How ids begin where they tell what they name.
struct IdKind {
  std::string_view begins{}, id_type{};
};
constexpr IdKind kKinds[] = {{"oc_", "chat_id"}, {"ou_", "open_id"}, {"on_", "union_id"}};

bool flag(const Fields& params, std::string_view name) {
  const onebot::Value* value = onebot::find(params, name);
  const bool* set = value ? std::get_if<bool>(value) : nullptr;
  return set && *set;
}

}  // namespace

const Adapter::Known Adapter::kKnown[] = {{"send_message", &Adapter::send_message, &OwnPaths::send},
                                          {"get_self_info", &Adapter::get_self_info},
                                          {"delete_message", &Adapter::delete_message, &OwnPaths::remove}};

void Adapter::offer_actions() {
  const auto add = [this](std::string name, std::string OwnPaths::*path) {
    if (!path || !(settings_.paths.*path).empty()) offered_names_.push_back(std::move(name));
  };
  for (const Known& known : kKnown) add(std::string(known.name), known.path);
  for (const QueryRow& row : queries()) add(action_name(row, account_), row.path);
  offered_.assign(offered_names_.begin(), offered_names_.end());
}

void Adapter::call(onebot::Action action, onebot::Reply reply) {
  if (std::ranges::find(offered_, std::string_view(action.name)) == offered_.end()) {
    return reply.error(
        {Retcode::unsupported_action, fmt::format("\"{}\" is not supported on this platform", action.name)});
  }
  const std::uint64_t number = ++number_;
  Task& task = tasks_[number];
  task.number = number;
  task.reply = std::make_shared<onebot::Reply>(std::move(reply));
  Done done = [this, number](onebot::ActionResult result) { ended(number, std::move(result)); };
  const auto* known = std::ranges::find(kKnown, std::string_view(action.name), &Known::name);
  if (known != std::end(kKnown)) return (this->*known->run)(action, task, std::move(done));
  for (const QueryRow& row : queries()) {
    if (action_name(row, account_) == action.name) return start_query(row, action, task, std::move(done));
  }
}

// The task goes before the answer, which may bring the next action.
void Adapter::ended(std::uint64_t number, onebot::ActionResult result) {
  auto ended = tasks_.extract(number);
  if (ended.empty()) return;
  leave_queue(ended.mapped());
  (*ended.mapped().reply)(std::move(result));
}

// --- send_message ---

Target Adapter::person(std::string_view user_id) const {
  if (const std::string* alias = memory_.aliases.find(user_id)) {
    return {std::string(kIdTypeNames[static_cast<std::size_t>(settings_.dialect->send_by)]), *alias};
  }
  const std::string_view configured = kIdTypeNames[static_cast<std::size_t>(settings_.id_type)];
  if (!settings_.dialect->kinds_by_prefix) return {std::string(configured), std::string(user_id)};
  for (const IdKind& kind : kKinds) {
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

Offered Adapter::offered() const {
  return {.replies = !settings_.paths.reply.empty(),
          .images = !settings_.paths.image.empty(),
          .files = !settings_.paths.file.empty()};
}

// All of it is checked before anything is uploaded or sent.
void Adapter::send_message(const onebot::Action& action, Task& task, Done done) {
  auto target = target_of(action.params);
  if (!target) return done(std::unexpected(std::move(target).error()));
  auto message = onebot::read_message_param(action.params);
  if (!message) return done(std::unexpected(std::move(message).error()));
  const auto composed = compose(*message, *settings_.dialect, offered());
  if (!composed) return done(std::unexpected(composed.error()));
  if (composed->dropped_reply) {
    host_.log.count("replies_dropped");
    host_.log.line(onebot::LogLevel::warn, "sent without its reply segment: this platform has no call for replies");
  }
  const bool in_thread = flag(action.params, account_.extension("reply_in_thread"));
  std::string receiver = target->id;
  task.begin = [this, &task, message = *std::move(message), target = *std::move(target), in_thread, done] {
    auto uploads = uploads_of(message);
    if (uploads.empty()) return send_prepared(task, message, target, in_thread, done);
    task.uploading = std::make_unique<Uploading>(
        std::move(uploads), Uploading::Parts{api_, host_.files, upload_keys_, settings_.paths},
        [this, &task, message, target, in_thread, done](Result<Resources> resources) {
          if (!resources) return done(std::unexpected(std::move(resources).error()));
          task.resources = *std::move(resources);
          send_prepared(task, message, target, in_thread, done);
        });
    task.uploading->start();
  };
  if (auto queued = queue(task, std::move(receiver)); !queued) done(std::unexpected(std::move(queued).error()));
}

// Messages to one receiver keep their order, also when one of them has files to upload first.
onebot::Status Adapter::queue(Task& task, std::string receiver) {
  auto& waiting = queues_[receiver];
  if (waiting.size() >= kMostWaiting) {
    return fail(Retcode::queue_full, fmt::format("{} messages wait for this receiver already", waiting.size()));
  }
  task.receiver = std::move(receiver);
  waiting.push_back(task.number);
  if (waiting.size() == 1) std::function<void()>(task.begin)();
  return {};
}

void Adapter::leave_queue(const Task& task) {
  const auto found = queues_.find(task.receiver);
  if (task.receiver.empty() || found == queues_.end()) return;
  std::erase(found->second, task.number);
  if (found->second.empty()) {
    queues_.erase(found);
    return;
  }
  const auto next = tasks_.find(found->second.front());
  if (next != tasks_.end()) std::function<void()>(next->second.begin)();
}

void Adapter::send_prepared(Task& task, const onebot::Message& message, Target target, bool in_thread, Done done) {
  auto composed = compose(message, *settings_.dialect, offered(), task.resources);
  if (!composed) return done(std::unexpected(std::move(composed).error()));
  Sending::Job job{.composed = *std::move(composed),
                   .target = std::move(target),
                   .in_thread = in_thread,
                   .send_path = settings_.paths.send,
                   .reply_path = settings_.paths.reply,
                   .dialect = settings_.dialect,
                   .pace = &pace_};
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
  task.call = api_.call({.method = "DELETE", .path = settings_.paths.remove, .places = {{"id", id, "message_id"}}},
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
