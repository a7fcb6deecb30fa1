// Clients: one for the proxy that everything goes out by, and one for each other proxy that a bot has of its own.

#pragma once

#include "bridge/net/client.h"
#include "bridge/net/proxies.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace bridge::net {

// Loop thread only.
class Clients {
 public:
  // usual: of everything that has no proxy of its own; its exceptions are everybody's.
  Clients(Loop& loop, std::string ca_file, ProxySetting usual)
      : loop_(loop), ca_file_(std::move(ca_file)), setting_(std::move(usual)), usual_(by(setting_.proxy)) {}

  Client& usual() { return usual_; }
  // As ProxySetting::proxy, but "" is the usual one. Lives as long as we.
  Client& of(const std::string& proxy) { return proxy.empty() ? usual_ : by(proxy); }
  bool is_idle() const {
    return std::ranges::all_of(clients_, [](const auto& one) { return one.second->is_idle(); });
  }

 private:
  Client& by(const std::string& proxy) {
    std::unique_ptr<Client>& client = clients_[proxy];
    if (!client)
      client = std::make_unique<Client>(loop_, ca_file_, Proxies({.proxy = proxy, .no_proxy = setting_.no_proxy}));
    return *client;
  }

  Loop& loop_;
  const std::string ca_file_;
  const ProxySetting setting_;
  std::map<std::string, std::unique_ptr<Client>> clients_{};  // by proxy
  Client& usual_;
};

}  // namespace bridge::net
