// Listeners: every address that a configuration opens; who may share one, and who may open one to the world.

#pragma once

#include "bridge/config/section.h"
#include "onebot/io.h"

#include <string>
#include <vector>

namespace bridge::config {

struct Listener {
  enum class Serves { http, websocket, media, pushes, admin };

  const Node* section = nullptr;
  std::string name{};  // "onebot.http"
  onebot::io::Address address{};
  Serves serves = Serves::http;
  bool guarded = true;  // a token is asked for, or the check is made elsewhere
  int version = 12;     // of OneBot, for applications
};

// The "host" and "port" of a listener.
onebot::io::Address address_of(const Section& section);
// Its "hosts": names under which it may be called. Each must be one.
std::vector<std::string> read_hosts(const Section& section, const Node& node, Findings& findings);

class Listeners {
 public:
  void add(Listener listener) { listeners_.push_back(std::move(listener)); }
  void check(Mistakes& mistakes, Mistakes& warnings) const;

 private:
  std::vector<Listener> listeners_;
};

}  // namespace bridge::config
