// Later: what happens to a message after it was sent: edits, forwards, history, readers, files. Cards are changed by
// the token that a use of one was told with, too. Platform: im-v1/message, interactive-v1/card.

#pragma once

#include "adapters/feishu/calls/paths.h"
#include "adapters/feishu/simulator/messages.h"
#include "adapters/feishu/simulator/reply.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/json.h"

#include <map>
#include <string>

namespace feishu::simulator {

class Later {
 public:
  explicit Later(Messages& messages) : messages_(messages) {}

  void add_to(kit::simulator::Routes& routes, const Paths& paths);
  void add_to(kit::simulator::Knobs& knobs);
  void hear(onebot::json::View push);  // that a card was used

 private:
  Reply edit(const Call& call);
  Reply patch(const Call& call);  // of a card
  Reply forward(const Call& call);
  Reply history(const Call& call) const;
  Reply readers(const Call& call) const;
  Reply urge(const Call& call) const;
  Reply update_card(const Call& call);
  Reply resource(const Call& call) const;

  Messages& messages_;
  std::map<std::string, int, std::less<>> card_tokens_{};      // uses that are left
  std::map<std::string, Reply, std::less<>> refused_files_{};  // by key
};

}  // namespace feishu::simulator
