// An action request in JSON, as it comes over HTTP and WebSocket.
#include "tests/fuzz/requests.h"

void try_input(std::string_view input) { try_request(input, onebot::Encoding::json); }
