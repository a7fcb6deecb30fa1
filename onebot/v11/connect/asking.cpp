#include "onebot/v11/connect/asking.h"

#include "onebot/segment.h"
#include "onebot/v11/connect/uploads.h"
#include "onebot/v11/quick_operation.h"
#include "onebot/v11/sendings.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11::connect {
namespace {

constexpr std::string_view kQuick = ".handle_quick_operation";

Fields object_in(const Fields& params, std::string_view name) {
  const Value* value = find(params, name);
  const auto* object = value ? std::get_if<Fields>(value) : nullptr;
  return object ? *object : Fields();
}

// The "file_id" of a segment in the parameter "message" of an action.
void write_file_id(Action& action, std::size_t segment, std::string file_id) {
  for (Field& field : action.params) {
    auto* list = field.name == "message" ? std::get_if<List>(&field.value) : nullptr;
    auto* object = list && segment < list->size() ? std::get_if<Fields>(&list->at(segment)) : nullptr;
    if (!object) continue;
    for (Field& member : *object) {
      auto* data = member.name == "data" ? std::get_if<Fields>(&member.value) : nullptr;
      if (data) set(*data, "file_id", std::move(file_id));
      if (data) return;
    }
  }
}

ActionResult with_hint(const ActionResult& result, std::string_view hint) {
  if (result) return result;
  const Error& error = result.error();
  return fail(error.code, fmt::format("{}; {}", error.message, hint), error.data);
}

}  // namespace

// One request under way.
struct Asking::Course {
  Request request{};
  Asked asked{};
  Done done{};
  std::size_t uploaded = 0;
};

struct Asking::Operation {
  std::vector<Request> requests{};
  std::size_t next = 0;
  ActionResult first_failure{};
  Told<ActionResult> done{};
};

Asking::Asking(const Ground& ground, const Bot& bot, AskingOptions options, const Refusals& refusals,
               std::string remote)
    : ground_(ground), bot_(bot), options_(options), refusals_(refusals), remote_(std::move(remote)) {}

template <class Use>
auto Asking::here(Use use) const {
  const Scope scope = scope_of(ground_, bot_, options_.events);
  const Abilities abilities = bot_.abilities();
  const BotStatus status = bot_.status();
  return use(Here{.scope = scope,
                  .abilities = abilities,
                  .bot_name = bot_.name(),
                  .version = ground_.version,
                  .online = status.online,
                  .good = status.good,
                  .log = &ground_.events,
                  .roster = ground_.roster,
                  .tokens = &ground_.tokens});
}

void Asking::ask(RequestRead read, Told<Answer> done) {
  const std::uint64_t number = ++count_;
  Waiting& waiting = waiting_[number];
  waiting.echo = std::move(read.echo);
  waiting.done = std::move(done);
  if (!read.request) return answer(number, std::unexpected(std::move(read.request).error()), "");
  Request request = *std::move(read.request);
  waiting.action = request.named;
  const Done told = [this, number](const ActionResult& result, std::string_view beside) {
    answer(number, result, beside);
  };
  if (request.start == Start::now) {
    waiting.deadline = ground_.backend.loop.after(options_.patience, [this, number] { not_in_time(number); });
    return start(std::move(request), told);
  }
  if (const Status possible = check(request); !possible) {
    return answer(number, std::unexpected(possible.error()), "");
  }
  const auto node = waiting_.extract(number);
  node.mapped().done({.text = write_started(node.mapped().echo)});
  const Done unheard = [this, named = request.named](const ActionResult& result, std::string_view) {
    refusals_.answered(remote_, named, result);
  };
  if (request.start == Start::in_turn) return in_turn(std::move(request), unheard);
  start(std::move(request), unheard);
}

// Before it is answered as started.
Status Asking::check(const Request& request) const {
  if (request.action == kQuick) return {};
  return here([&request](const Here& what) -> Status {
    const auto asked = ask_for(request, what);
    if (!asked) return std::unexpected(asked.error());
    return {};
  });
}

void Asking::answer(std::uint64_t number, const ActionResult& result, std::string_view told) {
  const auto node = waiting_.extract(number);
  if (node.empty()) return ground_.backend.log.count("actions_late");
  const Waiting& waiting = node.mapped();
  const std::string hint = refusals_.answered(remote_, waiting.action, result);
  const bool says = !hint.empty() && (!result || told.empty());
  waiting.done({.text = says ? write_answer(with_hint(result, hint), waiting.echo, hint)
                             : write_answer(result, waiting.echo, told),
                .code = result ? Retcode::ok : result.error().code});
}

void Asking::not_in_time(std::uint64_t number) {
  const auto node = waiting_.extract(number);
  if (node.empty()) return;
  ground_.backend.log.count("actions_timeout");
  node.mapped().done({.text = write_not_in_time(node.mapped().echo), .code = Retcode::network_error});
}

void Asking::stop(const Error& error) {
  turning_.reset();
  turns_.clear();
  while (!waiting_.empty()) answer(waiting_.begin()->first, std::unexpected(error), "");
}

// --- turns ---

void Asking::in_turn(Request request, Done done) {
  if (turns_.size() >= kMostInTurn) {
    return done(fail(Retcode::busy, fmt::format("{} requests wait for their turn already", kMostInTurn)), "");
  }
  turns_.emplace_back(std::move(request), std::move(done));
  if (!turning_) next_turn();
}

void Asking::next_turn() {
  const io::Owner over = std::move(turning_);  // it may be what calls this
  if (turns_.empty()) return;
  auto [request, done] = std::move(turns_.front());
  turns_.pop_front();
  turning_ = ground_.backend.loop.after(options_.rate_limit_interval, [this] { next_turn(); });
  start(std::move(request), std::move(done));
}

// --- one request ---

void Asking::start(Request request, Done done) {
  if (request.action != kQuick) return run(std::move(request), std::move(done));
  operate(object_in(request.params, "context"), object_in(request.params, "operation"),
          [done = std::move(done)](const ActionResult& result) { done(result, ""); });
}

void Asking::operate(const Fields& context, const Fields& operation, Told<ActionResult> done) {
  auto all = std::make_shared<Operation>();
  all->requests = quick_requests(context, operation, options_.at_sender);
  all->done = std::move(done);
  step(all);
}

void Asking::step(const std::shared_ptr<Operation>& operation) {
  if (operation->next == operation->requests.size()) return operation->done(operation->first_failure);
  run(std::move(operation->requests[operation->next++]),
      [this, operation](const ActionResult& result, std::string_view) {
        if (!result && operation->first_failure) operation->first_failure = std::unexpected(result.error());
        step(operation);
      });
}

void Asking::run(Request request, Done done) {
  auto course = std::make_shared<Course>(Course{.request = std::move(request), .done = std::move(done)});
  auto asked = here([&course](const Here& what) { return ask_for(course->request, what); });
  if (!asked) return course->done(std::unexpected(std::move(asked).error()), "");
  course->asked = *std::move(asked);
  if (course->asked.known) return finish(course, *course->asked.known);
  if (auto answer = kept(course->asked)) return finish(course, *std::move(answer));
  upload(course);
}

void Asking::upload(const std::shared_ptr<Course>& course) {
  while (course->uploaded < course->asked.uploads.size()) {
    const Upload& next = course->asked.uploads[course->uploaded++];
    if (auto fresh = fetched_.find(next, ground_.backend.loop.now())) {
      write_file_id(course->asked.action, next.segment, *std::move(fresh));
      continue;
    }
    auto source = source_of(next, ground_.tokens);
    if (!source) return finish(course, std::unexpected(std::move(source).error()));
    if (source->file_id.empty()) {
      return call(std::move(source->action), [this, course, &next](const ActionResult& result) {
        if (!result) return finish(course, result);
        const auto* fields = std::get_if<Fields>(&*result);
        std::string file_id(fields ? text_of(*fields, "file_id") : "");
        fetched_.keep(next, file_id, ground_.backend.loop.now());
        write_file_id(course->asked.action, next.segment, std::move(file_id));
        upload(course);
      });
    }
    write_file_id(course->asked.action, next.segment, std::move(source->file_id));
  }
  if (course->asked.action.name.empty()) return finish(course, Value());  // it was for the files alone
  act(course);
}

void Asking::act(const std::shared_ptr<Course>& course) {
  const std::uint64_t changes = ground_.kept ? ground_.kept->changes() : 0;
  call(course->asked.action, [this, course, changes](ActionResult result) {
    if (!result && leave_out_refused(course->asked, result.error())) return act(course);
    keep(course->asked, result, changes);
    const bool goes_on = course->asked.row && course->asked.row->next;
    if (goes_on && here([&](const Here& what) { return asks_on(course->asked, result, what); })) return act(course);
    finish(course, std::move(result));
  });
}

std::optional<ActionResult> Asking::kept(const Asked& asked) const {
  if (!ground_.kept || !asked.row || !asked.row->is_kept) return std::nullopt;
  return ground_.kept->find(name_of(bot_), asked.action, asked.anew, ground_.backend.loop.now());
}

void Asking::keep(const Asked& asked, const ActionResult& result, std::uint64_t changes) {
  if (!ground_.kept) return;
  if (asked.row && asked.row->is_kept) {
    ground_.kept->keep(name_of(bot_), asked.action, result, changes, ground_.backend.loop.now());
  } else if (result) {
    ground_.kept->on_done(name_of(bot_), asked.action);
  }
}

void Asking::call(Action action, Told<ActionResult> done) {
  action.self = Self{bot_.identity().platform, bot_.identity().user_id};
  ground_.backend.actions.act(std::move(action), Reply(lifetime_.guard(std::move(done))));
}

void Asking::finish(const std::shared_ptr<Course>& course, ActionResult result) {
  const std::uint64_t before = ground_.safety.put();
  ActionResult told = here([&](const Here& what) { return answer_of(std::move(result), course->asked, what); });
  const auto tell = [course, told = std::move(told)] { course->done(told, told ? course->asked.told : ""); };
  const std::uint64_t put = ground_.safety.put();
  if (put == before) return tell();
  ground_.safety.when_safe(put, lifetime_.guard(tell));  // a new number is told when a restart would know it
}

}  // namespace onebot::v11::connect
