// Panels: the bot's panels of commands. Platform: autogen/api/v2_panels.get and the pages after it.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/routes.h"
#include "adapters/qq/simulator/chats.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq::simulator {

class Panels {
 public:
  static constexpr std::size_t kMost = 20, kMostItems = 20, kPage = 10;

  explicit Panels(onebot::io::Loop& loop) : loop_(loop) {}

  void add_to(kit::simulator::Routes& routes);
  onebot::List list() const;  // all of them, as show() tells one

 private:
  using Call = kit::simulator::Call;
  struct Panel {
    std::string id{}, scope{}, target_type{}, created{}, updated{};
    onebot::Value content{};
    std::int64_t version = 1;
    std::vector<std::string> users{}, groups{};
  };

  Reply list_of_scope(const Call& call);
  Reply create(const Call& call);
  Reply show(const Call& call);
  Reply change(const Call& call);
  Reply remove(const Call& call);
  Reply change_targets(const Call& call);

  Panel* find(std::string_view id);
  static onebot::Fields told_of(const Panel& panel);
  static std::optional<Refusal> check(onebot::json::View panel);

  onebot::io::Loop& loop_;
  std::vector<Panel> panels_{};
  std::int64_t number_ = 0;
};

}  // namespace qq::simulator
