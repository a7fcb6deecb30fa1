// What a server says: the head of an answer (RFC 9112), and the proof of an upgrade (RFC 6455 section 4.2.2).

#pragma once

#include "onebot/io.h"

#include <string>
#include <string_view>

namespace bridge::net {

// With Content-Length, Date and Connection. wall: seconds since the epoch.
std::string response_head(const onebot::io::HttpResponse& response, bool keep_alive, double wall);

// The value of Sec-WebSocket-Accept for a key; "" when it is not a key.
std::string websocket_accept(std::string_view key);

}  // namespace bridge::net
