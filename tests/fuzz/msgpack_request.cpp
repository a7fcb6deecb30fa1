// An action request in MessagePack.
#include "tests/fuzz/requests.h"

void try_input(std::string_view input) { try_request(input, onebot::Encoding::msgpack); }
