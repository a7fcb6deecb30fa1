// What a GET or HEAD of a file is answered with: what it is by its first bytes, how a browser may treat it, and which
// part of it was asked for. RFC 9110 section 13 and 14. Pure.

#pragma once

#include "onebot/files.h"
#include "onebot/io.h"

#include <string>
#include <string_view>

namespace bridge::onebot11 {

// token: what it is called when it has no name.
onebot::io::HttpResponse media_answer(const onebot::File& file, std::string_view first_bytes, std::string_view token,
                                      const onebot::io::HttpRequest& request);

}  // namespace bridge::onebot11
