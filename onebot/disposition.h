// What a download calls itself: the name in Content-Disposition, RFC 6266 and RFC 8187.

#pragma once

#include "onebot/io.h"

#include <string>

namespace onebot::io {

// "filename*" before "filename"; "" when there is none that can be read. UTF-8, and whatever the sender wrote: it may
// look like a path.
std::string file_name_of(const Headers& headers);

}  // namespace onebot::io
