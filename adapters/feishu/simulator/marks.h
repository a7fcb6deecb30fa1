// Marks: what is put on messages: reactions and pins. Platform: im-v1/message-reaction, im-v1/pin.

#pragma once

#include "adapters/feishu/calls/paths.h"
#include "adapters/feishu/simulator/messages.h"
#include "adapters/feishu/simulator/reply.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace feishu::simulator {

class Marks {
 public:
  Marks(const Messages& messages, std::string app_id, onebot::io::Loop& loop)
      : messages_(messages), app_id_(std::move(app_id)), loop_(loop) {}

  void add_to(kit::simulator::Routes& routes, const Paths& paths);

 private:
  Reply react(const Call& call);
  Reply reactions(const Call& call) const;
  Reply remove_reaction(const Call& call);
  Reply pin(const Call& call);
  Reply pins(const Call& call) const;
  Reply unpin(const Call& call);

  struct Mark {
    std::string id{}, message{}, chat{};
    std::string emoji{};  // of a reaction
    std::string time{};
  };
  onebot::Fields described(const Mark& reaction) const;
  onebot::Fields described_pin(const Mark& pin) const;

  const Messages& messages_;
  std::string app_id_;
  onebot::io::Loop& loop_;
  std::vector<Mark> reactions_{}, pins_{};
  std::uint64_t last_ = 0;
};

}  // namespace feishu::simulator
