#include "adapters/feishu/identity.h"

#include "adapters/feishu/printable.h"

#include <fmt/format.h>

#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using onebot::json::View;

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

kit::Identity::Told told_by(View answer) { return {answer.at("bot.open_id").text(), answer.at("bot.app_name").text()}; }

}  // namespace

Identity::Identity(const Settings& settings, const Parts& parts, std::function<void()> changed)
    : settings_(settings),
      parts_(parts),
      changed_(std::move(changed)),
      account_(account_from(settings, parts.memory)),
      told_(account_, {settings.paths.bot, told_by}, {parts.api, parts.token, parts.host}) {}

void Identity::recall() {
  told_.recall();
  if (account_.user_id.empty() && settings_.paths.bot.empty()) account_.user_id = settings_.app_id;
}

void Identity::on_token(bool valid) {
  has_token_ = valid;
  if (valid) stopped_by_platform_ = false;
  if (valid && !asking_ && !told_.is_confirmed() && !settings_.paths.bot.empty()) {
    asking_ = onebot::start<bool>(told_.asked(), [this](bool) { changed_(); });
  }
  changed_();
}

onebot::io::Owner Identity::ask_name(std::function<void(onebot::ActionResult)> done) {
  return onebot::start(named(), std::move(done));
}

onebot::Task<onebot::ActionResult> Identity::named() {
  ONEBOT_CO_TRY(told, co_await told_.look_up());
  if (told_.learn(std::move(told))) changed_();
  co_return onebot::Value(profile_of(account_));
}

void Identity::learn(const Native& native) {
  if (const onebot::Trait* shows = native.trait(onebot::Trait::Kind::shows_self)) {
    learn_id(native.at(shows->path), native.at(shows->other).str());
  }
  if (const onebot::Trait* works = native.trait(onebot::Trait::Kind::stopped_by)) learn_state(native, *works);
}

// Nobody mentions the bot in its own name: such a sender mentions himself.
void Identity::learn_id(View mentions, std::string_view writer) {
  if (told_.is_confirmed() || !settings_.dialect->learns_self || mentions.size() != 1) return;
  const std::string id = mentions[0].at("id.open_id").text();
  if (id.empty() || id == writer || id == account_.user_id) return;
  parts_.host.log.line(LogLevel::info, fmt::format("learned the bot's id from a mention self_id={}", printable(id)));
  told_.learn({id, mentions[0].at("name").text()});
  changed_();
}

void Identity::learn_state(const Native& native, const onebot::Trait& works) {
  const std::string_view status = native.at(works.path).str();
  stopped_by_platform_ = status.starts_with(works.word);
  parts_.host.log.line(LogLevel::warn, fmt::format("the platform says {} status={}", native.name, printable(status)));
  changed_();
}

}  // namespace feishu
