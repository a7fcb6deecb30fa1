// Where a ws:// or wss:// URL leads.

#pragma once

#include "onebot/result.h"

#include <string>
#include <string_view>

namespace bridge::net {

struct SocketUrl {
  bool tls = false;
  std::string host{};  // without brackets
  int port = 0;
  std::string path{};    // with the query, as it was written
  std::string origin{};  // what the Host header says
};

// Error: bad_param, without the URL itself, which may carry a secret.
onebot::Result<SocketUrl> parse_socket_url(std::string_view url);

}  // namespace bridge::net
