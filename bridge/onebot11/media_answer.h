// What a GET or HEAD of a file is answered with: what it is by its first bytes, how a browser may treat it, and which
// part of it was asked for. RFC 9110 section 13 and 14. Pure.

#pragma once

#include "onebot/files.h"
#include "onebot/io.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace bridge::onebot11 {

inline constexpr std::size_t kTelling = 64;  // bytes at a file's begin that say what it is

// A picture, sound or film that can do no harm, by its own bytes and whatever it is called; "" for everything else.
std::string_view harmless_type(std::string_view first_bytes);

// token: what it is called when it has no name.
onebot::io::HttpResponse media_answer(const onebot::File& file, std::string_view first_bytes, std::string_view token,
                                      const onebot::io::HttpRequest& request);

}  // namespace bridge::onebot11
