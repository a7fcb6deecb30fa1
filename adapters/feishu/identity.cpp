#include "adapters/feishu/identity.h"

#include "adapters/feishu/printable.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using onebot::json::View;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSelfRecord = "self", kNameKey = "name";
constexpr std::array<milliseconds, 5> kWaits = {seconds(1), seconds(3), seconds(10), seconds(30), seconds(60)};

Account account_from(const Settings& settings, const Memory& memory) {
  Account account;
  account.platform = settings.dialect->platform;
  account.user_id = settings.self_id;
  account.id_type = settings.id_type;
  account.app_id = settings.app_id;
  account.memory = &memory;
  account.forward_bot_messages = settings.forward_bot_messages;
  account.forward_unknown = settings.forward_unknown;
  account.secrets = {settings.app_secret, settings.keys.verification_token, settings.keys.encrypt_key};
  return account;
}

}  // namespace

Identity::Identity(const Settings& settings, const Parts& parts, std::function<void()> changed)
    : settings_(settings),
      parts_(parts),
      changed_(std::move(changed)),
      account_(account_from(settings, parts.memory)),
      confirmed_(!settings.self_id.empty()),
      waits_(kWaits) {}

void Identity::recall() {
  if (confirmed_) return;
  for (const onebot::Record& record : parts_.host.events.recall(kSelfRecord)) {
    (record.key == kNameKey ? account_.bot_name : account_.user_id) = record.value;
  }
  if (account_.user_id.empty() && settings_.paths.bot.empty()) account_.user_id = settings_.app_id;
}

void Identity::on_token(bool valid) {
  has_token_ = valid;
  if (valid) stopped_by_platform_ = false;
  if (valid && !confirmed_ && !asking_ && !settings_.paths.bot.empty()) ask();
  changed_();
}

void Identity::ask() {
  asking_ = parts_.api.call({.path = settings_.paths.bot, .repeatable = false},
                            [this](const ApiResult& answer) { asked(answer); });
}

void Identity::asked(const ApiResult& answer) {
  const View bot = answer ? answer->root().at("bot") : View();
  const std::string id = bot.at("open_id").text();
  if (id.empty()) {
    const milliseconds wait = waits_.next();
    parts_.host.log.line(LogLevel::error,
                         fmt::format("who the bot is could not be asked: {}; retry in {}s",
                                     answer ? std::string("no open_id in the answer") : answer.error().error.message,
                                     (wait.count() + 999) / 1000));
    asking_ = parts_.host.loop.after(wait, [this] { ask(); });
    return;
  }
  confirmed_ = true;
  set_name(bot.at("app_name").text());
  set_id(id);
}

onebot::io::Owner Identity::ask_name(std::function<void(onebot::ActionResult)> done) {
  return parts_.api.call({.path = settings_.paths.bot}, [this, done = std::move(done)](ApiResult answer) {
    if (!answer) return done(std::unexpected(std::move(answer).error().error));
    account_.bot_name = answer->root().at("bot.app_name").text();
    done(onebot::Value(profile_of(account_)));
  });
}

void Identity::set_id(const std::string& user_id) {
  if (user_id != account_.user_id) {
    account_.user_id = user_id;
    parts_.host.events.remember({std::string(kSelfRecord), "", user_id});
  }
  changed_();
}

void Identity::set_name(std::string name) {
  account_.bot_name = std::move(name);
  parts_.host.events.remember({std::string(kSelfRecord), std::string(kNameKey), account_.bot_name});
}

void Identity::learn(const Native& native) {
  if (const onebot::Trait* shows = native.trait(onebot::Trait::Kind::shows_self)) {
    learn_id(native.at(shows->path), native.at(shows->other).str());
  }
  if (const onebot::Trait* works = native.trait(onebot::Trait::Kind::stopped_by)) learn_state(native, *works);
}

// Nobody mentions the bot in its own name: such a sender mentions himself.
void Identity::learn_id(View mentions, std::string_view writer) {
  if (confirmed_ || !settings_.dialect->learns_self || mentions.size() != 1) return;
  const std::string id = mentions[0].at("id.open_id").text();
  if (id.empty() || id == writer || id == account_.user_id) return;
  set_name(mentions[0].at("name").text());
  parts_.host.log.line(LogLevel::info, fmt::format("learned the bot's id from a mention self_id={}", printable(id)));
  set_id(id);
}

void Identity::learn_state(const Native& native, const onebot::Trait& works) {
  const std::string_view status = native.at(works.path).str();
  stopped_by_platform_ = status.starts_with(works.word);
  parts_.host.log.line(LogLevel::warn, fmt::format("the platform says {} status={}", native.name, printable(status)));
  changed_();
}

}  // namespace feishu
