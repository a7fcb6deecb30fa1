#include "adapters/kit/identity.h"

#include "onebot/redial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace kit {
namespace {

using onebot::Result;
using onebot::Task;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kIdKey = "", kNameKey = "name";
constexpr std::array<milliseconds, 5> kWaits = {seconds(1), seconds(3), seconds(10), seconds(30), seconds(60)};

}  // namespace

Identity::Identity(Profile& own, Question question, const Parts& parts)
    : own_(own),
      question_(std::move(question)),
      parts_(parts),
      configured_(!own.user_id.empty()),
      confirmed_(configured_) {}

void Identity::recall() {
  if (configured_) return;
  for (const onebot::Record& record : parts_.host.events.recall(kRecord)) {
    (record.key == kNameKey ? own_.name : own_.user_id) = record.value;
  }
}

bool Identity::learn(Told told) {
  if (!told.name.empty() && told.name != own_.name) {
    remember(kNameKey, told.name);
    own_.name = std::move(told.name);
  }
  if (configured_ || told.user_id.empty() || told.user_id == own_.user_id) return false;
  own_.user_id = std::move(told.user_id);
  remember(kIdKey, own_.user_id);
  return true;
}

Task<bool> Identity::asked() {
  onebot::Redial waits(kWaits);
  while (true) {
    Request request{.path = question_.path, .repeatable = false};
    auto told = co_await ask(std::move(request));
    if (told) {
      confirmed_ = true;
      trouble_.clear();
      co_return learn(*std::move(told));
    }
    const milliseconds wait = std::max(waits.next(), parts_.token.retry_in());
    trouble_ = fmt::format("who the bot is could not be asked: {}", told.error().message);
    parts_.host.log.line(onebot::LogLevel::error,
                         fmt::format("{}; retry in {}s", trouble_, (wait.count() + 999) / 1000));
    co_await onebot::pause(parts_.host.loop, wait);
  }
}

Task<Result<Identity::Told>> Identity::look_up() const { return ask({.path = question_.path}); }

Task<Result<Identity::Told>> Identity::ask(Request request) const {
  auto asking = parts_.asker.document(std::move(request));
  ONEBOT_CO_TRY(answer, co_await asking);
  Told told = question_.read(answer.root());
  if (told.user_id.empty()) co_return onebot::fail(onebot::Retcode::refused, "no id in the answer");
  co_return told;
}

void Identity::remember(std::string_view key, const std::string& value) {
  parts_.host.events.remember({std::string(kRecord), std::string(key), value});
}

}  // namespace kit
