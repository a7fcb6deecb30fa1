// Uploads: what an application names as a file, as a file_id of OneBot 12, or as the action that makes it one.

#pragma once

#include "onebot/action.h"
#include "onebot/v11/connect/ground.h"
#include "onebot/v11/sent_message.h"

#include <string>

namespace onebot::v11::connect {

struct Source {
  std::string file_id{};  // "": it takes the action to have one, which tells it as "file_id"
  Action action{};
};

// bad_param: nothing that names a file.
Result<Source> source_of(const Upload& upload, const Tokens& tokens);

}  // namespace onebot::v11::connect
