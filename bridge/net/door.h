// Door: which requests a listener answers at all, by the name it is called by and the page that calls.
//
//   Host     an IP address, localhost, or one of Address::hosts
//   Origin   none, the very address that Host names, or a page of one of Address::hosts
//   Sec-Fetch-Site   none said, "none" or "same-origin", unless Origin is let in: for what browsers ask without Origin
//
// A web page can neither leave out Origin nor choose Host. Without the first rule every page that somebody on this
// machine visits could read along on a listener without token (a WebSocket asks no server for leave); without the
// second it could do so under a name of its own that is made to lead here (DNS rebinding). RFC 6454, RFC 6455 10.2.

#pragma once

#include "bridge/net/request_head.h"
#include "onebot/io.h"

#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

struct TurnedAway {
  std::string_view reason{};  // "host", "origin"
  std::string why{};          // for whoever called, in plain words
  std::string seen{};         // what was said instead
};

// nullopt: it may come in.
std::optional<TurnedAway> turned_away(const RequestHead& head, const onebot::io::Address& address);

}  // namespace bridge::net
