// Identity: who the bot is, and whether the platform lets it work.
//
// Its id is configured, or remembered from the last run, asked from the platform as soon as there is a token, or
// learned from a message that shows it. Where nobody can be asked, the app's id stands for the bot until then.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/events/native.h"
#include "adapters/feishu/settings.h"
#include "adapters/kit/identity.h"
#include "adapters/kit/token.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/task.h"
#include "onebot/value.h"

#include <functional>
#include <string>
#include <string_view>

namespace feishu {

class Identity {
 public:
  struct Parts {
    const Api& api;
    const kit::Token& token;
    const Memory& memory;
    const onebot::Host& host;
  };
  // changed: the bot goes by another id, or can or cannot work any more.
  Identity(const Settings& settings, const Parts& parts, std::function<void()> changed);

  void recall();
  void stop() { asking_.reset(); }

  // Valid as long as this is.
  const Account& account() const { return account_; }
  bool is_known() const { return !account_.user_id.empty(); }
  bool can_work() const { return has_token_ && !stopped_by_platform_ && is_known(); }
  bool needs_name() const { return account_.name.empty() && !settings_.paths.bot.empty(); }
  // Asks for the bot's name; done holds its profile.
  [[nodiscard]] onebot::io::Owner ask_name(std::function<void(onebot::ActionResult)> done);

  void on_token(bool valid);
  // From a push: a mention that can only be the bot's, the platform's word about the app.
  void learn(const Native& native);

 private:
  onebot::Task<onebot::ActionResult> named();
  void learn_id(onebot::json::View mentions, std::string_view writer);
  void learn_state(const Native& native, const onebot::Trait& works);

  const Settings& settings_;
  Parts parts_;
  std::function<void()> changed_;
  Account account_{};
  kit::Identity told_;
  bool has_token_ = false;
  bool stopped_by_platform_ = false;
  onebot::io::Owner asking_{};
};

}  // namespace feishu
