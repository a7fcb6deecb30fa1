// A file within a form, the only way a picture gets into a guild. The file itself is sent from disk.
// Platform: server-inter/channel/message/send (file_image); RFC 7578.

#pragma once

#include "adapters/qq/calls/api.h"
#include "onebot/files.h"
#include "onebot/value.h"

#include <string_view>

namespace qq {

// Makes the request a form of the fields, objects among them as JSON, and the file under that name.
void attach(ApiRequest& request, const onebot::Fields& fields, std::string_view name, const onebot::File& file);

}  // namespace qq
