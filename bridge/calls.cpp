#include "bridge/calls.h"

#include <fmt/format.h>

#include <utility>

namespace bridge {

using onebot::Action;
using onebot::ActionResult;
using onebot::Reply;
using onebot::Result;
using onebot::Retcode;

namespace {}  // namespace

Result<Reply> Calls::begin(const Action& action, Reply reply, std::chrono::milliseconds deadline) {
  if (open_.size() >= bound_) {
    const auto full =
        onebot::fail(Retcode::queue_full, fmt::format("{} actions are under way, no more are taken", open_.size()));
    log_.count("actions_refused");
    reply.error(full.error());
    return full;
  }
  const std::uint64_t number = ++last_;
  auto expire = [this, number, deadline, name = action.name] {
    log_.count("actions_timeout");
    log_.line(onebot::LogLevel::warn, fmt::format("action={} had no answer within {}ms", name, deadline.count()));
    finish(number,
           onebot::fail(Retcode::network_error, fmt::format("{}: no answer within {} ms", name, deadline.count())));
  };
  open_.emplace(number, Call{std::move(reply), loop_.after(deadline, std::move(expire))});
  return Reply([this, number, weak = std::weak_ptr(alive_)](ActionResult result) {
    if (weak.lock()) finish(number, std::move(result));
  });
}

void Calls::finish(std::uint64_t number, ActionResult result) {
  auto call = open_.extract(number);
  if (!call) return log_.count("actions_late");
  if (!result) log_.count("actions_failed");
  call.mapped().reply(std::move(result));
}

void Calls::end_all(const onebot::Error& why) {
  for (auto& [number, call] : std::exchange(open_, {})) call.reply.error(why);
}

}  // namespace bridge
