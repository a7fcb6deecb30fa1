#include "bridge/calls.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace bridge {

using onebot::Action;
using onebot::ActionResult;
using onebot::Reply;
using onebot::Result;
using onebot::Retcode;

namespace {}  // namespace

Result<Reply> Calls::begin(std::string_view bot, const Action& action, Reply reply,
                           std::chrono::milliseconds deadline) {
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
  open_.emplace(number, Call{bot, std::move(reply), loop_.after(deadline, std::move(expire))});
  return Reply(lifetime_.guard([this, number](ActionResult result) { finish(number, std::move(result)); }));
}

void Calls::finish(std::uint64_t number, ActionResult result) {
  auto call = open_.extract(number);
  if (!call) return log_.count("actions_late");
  call.mapped().reply(std::move(result));
}

void Calls::end_all(const onebot::Error& why) {
  for (auto& [number, call] : std::exchange(open_, {})) call.reply.error(why);
}

// A reply may lead anywhere, even to another call: those to end are taken out first.
void Calls::end_all_of(std::string_view bot, const onebot::Error& why) {
  std::vector<Call> ended;
  for (auto call = open_.begin(); call != open_.end();) {
    const auto here = call++;
    if (here->second.bot == bot) ended.push_back(std::move(open_.extract(here).mapped()));
  }
  for (Call& call : ended) call.reply.error(why);
}

}  // namespace bridge
