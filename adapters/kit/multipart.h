// A file within a form, sent from disk. RFC 7578.

#pragma once

#include "adapters/kit/request.h"
#include "onebot/files.h"
#include "onebot/value.h"

#include <string>
#include <string_view>

namespace kit {

// A file's name for a form: nothing in it ends the quotes, the line or the name; UTF-8, never empty, 200 bytes at most.
std::string form_name(std::string_view name);

// Makes the request a form of the fields, objects among them as JSON, and the file under that name.
void attach(Request& request, const onebot::Fields& fields, std::string_view name, const onebot::File& file);

}  // namespace kit
