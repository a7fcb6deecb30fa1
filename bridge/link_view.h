// LinkView: the bridge as links see it that serve the same bots: what they ask for, what they are told of these bots,
// and which events are theirs.

#pragma once

#include "bridge/bot.h"
#include "bridge/meta.h"
#include "bridge/own_actions.h"
#include "bridge/whereabouts.h"
#include "onebot/action.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/store.h"
#include "onebot/transport.h"

#include <functional>
#include <string>
#include <string_view>

namespace bridge {

class LinkView final : public onebot::ActionSink, public onebot::Choice {
 public:
  // Carries out an action of a link of this view.
  using Act = std::function<void(const LinkView&, onebot::Action, onebot::Reply)>;

  LinkView(onebot::io::Loop& loop, const onebot::Durability& durability, std::string version,
           const Whereabouts& whereabouts, Act act)
      : whereabouts_(whereabouts), meta_(loop, bots_, durability, std::move(version)), act_(std::move(act)) {}
  LinkView(const LinkView&) = delete;

  void add(Bot& bot) { bots_.add(bot); }
  const Bots& bots() const { return bots_; }
  MetaEvents& meta() { return meta_; }
  const MetaEvents& meta() const { return meta_; }

  void act(onebot::Action action, onebot::Reply reply) override { act_(*this, std::move(action), std::move(reply)); }
  // An event of one of the bots, under the name it has or had.
  bool takes(std::string_view json) const override;

  // True: it was one that no bot need carry out.
  bool answer_meta(const onebot::Action& action, onebot::Reply& reply, const OwnActions* own) const;
  // Which bot it is for: the one that is named, the only one here, or the only one that has met what the action is
  // about. Errors: who_am_i, unknown_self; both say which bots there are.
  onebot::Result<const Bot*> bot_for(const onebot::Action& action) const;

 private:
  onebot::List supported_actions(const onebot::Action& action, const OwnActions* own) const;
  const Bot* only_one_that_met(const onebot::Fields& params) const;  // nullptr: none, or several
  std::string names() const;

  const Whereabouts& whereabouts_;
  Bots bots_;
  MetaEvents meta_;
  const Act act_;
};

}  // namespace bridge
