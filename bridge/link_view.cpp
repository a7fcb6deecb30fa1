#include "bridge/link_view.h"

#include "onebot/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace bridge {

using onebot::Action;
using onebot::Fields;
using onebot::List;
using onebot::Reply;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::string_view kMetaActions[] = {"get_status", "get_supported_actions", "get_version"};
constexpr std::size_t kMostNamed = 16;  // bots in an error's message

std::string name_of(const Bot& bot) {
  if (bot.known()) return fmt::format("{} \"{}\"", bot.self().platform, bot.self().user_id);
  return fmt::format("{} (its user_id is not known yet)", bot.key());
}

}  // namespace

bool LinkView::takes(std::string_view json) const {
  const std::string_view self = onebot::self_in(json);
  return std::ranges::any_of(bots_.all(), [self](const Bot* bot) { return bot->goes_by(self); });
}

bool LinkView::answer_meta(const Action& action, Reply& reply, const OwnActions* own) const {
  if (action.name == "get_status") return reply.ok(meta_.status()), true;
  if (action.name == "get_version") return reply.ok(meta_.version()), true;
  if (action.name == "get_supported_actions") return reply.ok(supported_actions(action, own)), true;
  return false;
}

// Of the bot that is named; of all together when none is, or one that is not here: no meta action needs a bot.
List LinkView::supported_actions(const Action& action, const OwnActions* own) const {
  std::set<std::string_view> names(std::begin(kMetaActions), std::end(kMetaActions));
  if (own && !bots_.all().empty()) names.insert(own->names().begin(), own->names().end());
  const Bot* named = action.self ? bots_.find(*action.self) : nullptr;
  for (const Bot* bot : bots_.all()) {
    if (named && bot != named) continue;
    const auto actions = bot->adapter()->actions();
    names.insert(actions.begin(), actions.end());
  }
  return List(names.begin(), names.end());
}

Result<const Bot*> LinkView::bot_for(const Action& action) const {
  if (action.self) {
    if (const Bot* bot = bots_.find(*action.self)) return bot;
    return onebot::fail(Retcode::unknown_self,
                        fmt::format("there is no bot \"{}\" on platform \"{}\" here; this connection has {}",
                                    action.self->user_id, action.self->platform, names()));
  }
  if (bots_.all().size() == 1) return bots_.all().front();
  if (const Bot* bot = only_one_that_met(action.params)) return bot;
  return onebot::fail(Retcode::who_am_i, fmt::format("this connection has {} bots, say in \"self\" which one: {}",
                                                     bots_.all().size(), names()));
}

const Bot* LinkView::only_one_that_met(const Fields& params) const {
  const std::vector<Whereabouts::Met> met = whereabouts_.of(params);
  if (met.empty()) return nullptr;
  const Bot* only = nullptr;
  for (const Bot* bot : bots_.all()) {
    const auto by_it = [bot](const Whereabouts::Met& one) { return one.has(bot->number()); };
    if (!std::ranges::all_of(met, by_it)) continue;
    if (std::exchange(only, bot)) return nullptr;
  }
  return only;
}

std::string LinkView::names() const {
  std::string list;
  for (std::size_t i = 0; i < std::min(bots_.all().size(), kMostNamed); ++i) {
    list += (i == 0 ? "" : ", ") + name_of(*bots_.all()[i]);
  }
  if (bots_.all().size() > kMostNamed) list += fmt::format(" and {} more", bots_.all().size() - kMostNamed);
  return list.empty() ? "none" : list;
}

}  // namespace bridge
