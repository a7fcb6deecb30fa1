// Masking of a client's frames. RFC 6455 section 5.3.

#pragma once

#include <string>
#include <string_view>

namespace bridge::net {

// Appends whole unmasked frames to out, each masked with a fresh key that nobody can foresee.
void append_masked(std::string& out, std::string_view frames);

}  // namespace bridge::net
