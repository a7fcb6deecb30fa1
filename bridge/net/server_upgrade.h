// The opening handshake of a WebSocket that is dialed to us. RFC 6455 section 4.2.

#pragma once

#include "bridge/net/request_head.h"
#include "onebot/io.h"

namespace bridge::net {

// The answer: 101, or why not. What the service refuses comes first.
onebot::io::HttpResponse upgrade_answer(const RequestHead& head, onebot::io::WebSocketService& service);

// To a request without an upgrade, where only WebSockets are spoken. service: nullptr when there is none either.
onebot::io::HttpResponse plain_request_answer(const onebot::io::HttpRequest& request,
                                              onebot::io::WebSocketService* service);

}  // namespace bridge::net
