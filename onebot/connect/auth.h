// The access token of HTTP and forward WebSocket. Spec: connect/communication/authentication.

#pragma once

#include "onebot/io.h"

#include <string_view>

namespace onebot::connect {

// True when the request may pass. A present Authorization header decides alone; without one, the query parameter
// access_token does. An empty token lets everything pass. The comparison takes constant time.
bool authorized(const io::HttpRequest& request, std::string_view access_token);

// The header that carries our own token to an application; none when it is empty.
void add_authorization(io::Headers& headers, std::string_view access_token);

}  // namespace onebot::connect
