// Dialects: keys and sections of one OneBot that somebody wrote into the other's. Both have HTTP and WebSockets, so
// that such a mistake is near, and a key that is merely called unknown does not say where it belongs.

#pragma once

#include <string>
#include <string_view>

namespace bridge::config {

// What to write instead; "": the key is none of the other's. section: "onebot11.http"; "" is the file itself.
std::string of_the_other_dialect(std::string_view section, std::string_view key);

}  // namespace bridge::config
