// Calls: the actions that are one call of the platform's REST interface, as data: what an action's parameters become,
// and what of the answer becomes its response. Lists that come in pages are read to their end.
// Platform: openapi pages of users, guilds, channels, members, reactions, mute, groups, interactions.

#pragma once

#include "adapters/qq/calls/api.h"
#include "onebot/action.h"

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace qq {

struct Param {
  enum class Kind { path, text, flag, number };  // path: a required text that stands in the path
  std::string_view name{};
  Kind kind = Kind::path;
  bool required = true;
  std::string_view as{};  // its name in the body; "" = only `body` reads it
};

struct Taken {
  std::string_view name{}, from{};
  std::string_view param{};  // "" or the parameter that is repeated when the platform tells nothing
};

struct CallRule {
  enum class Answer { nothing, object, list, whole };
  enum class Paging { none, after_last, next_cursor };
  std::string_view action{}, method{}, path{};  // "/guilds/{guild_id}"
  std::span<const Param> params{};
  Answer answer = Answer::nothing;
  std::span<const Taken> fields{};
  Paging paging = Paging::none;
  std::string_view list{};  // where in the answer the list is; "" = the answer itself
  std::string_view id{};    // within an entry, what tells it from others
  std::string_view
      same{};  // a member of the answer that must be as the parameter of that name says; else unknown_channel
  onebot::Result<onebot::Fields> (*body)(const onebot::Fields& params, double wall) = nullptr;  // nullptr: by `as`
};

std::span<const CallRule> call_rules();
const CallRule* find_call(std::string_view action);

// One such action under way.
class Call {
 public:
  Call(Api& api, const CallRule& rule, onebot::Fields params, std::function<void(onebot::ActionResult)> done);

  void start(double wall);

 private:
  static constexpr int kMostPages = 250;

  onebot::Status check() const;
  void ask(const std::string& position);
  void answered(const ApiAnswer& answer);
  void take_page(const onebot::json::View& body);
  onebot::Fields taken(const onebot::json::View& entry) const;
  onebot::Fields plain_body() const;
  void finish(onebot::ActionResult result);

  Api& api_;
  const CallRule& rule_;
  onebot::Fields params_;
  std::function<void(onebot::ActionResult)> done_;
  std::string body_{};
  onebot::List list_{};
  std::set<std::string> seen_{};
  int pages_ = 0;
  onebot::io::Owner call_{};
};

}  // namespace qq
