// Addresses of the Web, as libcurl reads them, so that what is checked is what is fetched.

#pragma once

#include <optional>
#include <string>

namespace bridge::net {

// Where a redirect leads: `location`, which may be relative to `base`. nullopt: to nothing that can be fetched, since
// it is no http or https address.
std::optional<std::string> follow(const std::string& base, const std::string& location);

// "https://host:443"; "" when it is no http or https address.
std::string origin_of(const std::string& url);

}  // namespace bridge::net
