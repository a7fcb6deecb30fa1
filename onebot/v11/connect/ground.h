// Ground: what every link of OneBot 11 stands on. Bot: a bot as its links see it.

#pragma once

#include "onebot/files.h"
#include "onebot/transport.h"
#include "onebot/v11/action_row.h"
#include "onebot/v11/events.h"
#include "onebot/v11/kept_answers.h"
#include "onebot/v11/numbers.h"
#include "onebot/v11/safety.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

class Bot {
 public:
  virtual ~Bot() = default;
  virtual const BotIdentity& identity() const = 0;  // its user_id is "" until the platform has told it
  virtual const std::string& name() const = 0;      // as in the configuration; "" when it has none
  virtual BotStatus status() const = 0;
  virtual Abilities abilities() const = 0;
};

using v11::Tokens;

struct Ground {
  Backend& backend;
  IdNumbers& ids;
  MessageNumbers& messages;
  Safety& safety;
  Media& media;
  const Tokens& tokens;
  const LoggedEvents& events;
  std::string version{};               // of the bridge
  const RosterRows* roster = nullptr;  // nullptr: lists that a platform does not give are empty
  KeptAnswers* kept = nullptr;         // nullptr: platforms are asked each time
};

// "platform/app_id", as in the rows of messages and in names of cursors.
std::string name_of(const Bot& bot);
// 0: it is not known yet.
Number self_id(const Ground& ground, const Bot& bot);
Scope scope_of(const Ground& ground, const Bot& bot, const Options& options);
std::int64_t seconds(const io::Loop& loop);  // since the epoch, whole

}  // namespace onebot::v11::connect
