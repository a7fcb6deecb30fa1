// Identity: who the bot is, as its platform says: asked for until it is told, and kept over restarts.
//
// On disk: record = "self", "" -> user id, "name" -> name

#pragma once

#include "adapters/kit/calls.h"
#include "adapters/kit/token.h"
#include "onebot/adapter.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/task.h"

#include <string>
#include <string_view>

namespace kit {

struct Profile : onebot::Self {
  std::string name{};  // "" = not known
};

class Identity {
 public:
  static constexpr std::string_view kRecord = "self";

  struct Told {
    std::string user_id{}, name{};
  };
  struct Question {
    std::string path{};                                 // of a GET
    Told (*read)(onebot::json::View answer) = nullptr;  // without a user_id: it does not say who the bot is
  };
  struct Parts {
    const Asker& asker;
    const Token& token;
    const onebot::Host& host;
  };

  // own: with a user_id that is configured, nobody's word changes it. It outlives this.
  Identity(Profile& own, Question question, const Parts& parts);

  // What an earlier run of the program was told.
  void recall();
  bool is_known() const { return !own_.user_id.empty(); }
  bool is_confirmed() const { return confirmed_; }  // by the configuration or by the platform
  // Why it is not known yet, in words for people; "" while nothing is wrong.
  const std::string& trouble() const { return trouble_; }
  // Whether the user_id is news.
  bool learn(Told told);
  // Asks again and again until it is told. Whether the user_id is news. This outlives the task.
  onebot::Task<bool> asked();
  // Asks once; nothing is learned.
  onebot::Task<onebot::Result<Told>> look_up() const;

 private:
  onebot::Task<onebot::Result<Told>> ask(Request request) const;
  void remember(std::string_view key, const std::string& value);

  Profile& own_;
  Question question_;
  Parts parts_;
  bool configured_, confirmed_;
  std::string trouble_{};
};

}  // namespace kit
