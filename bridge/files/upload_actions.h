// The way in: upload_file and upload_file_fragmented. Spec: interface/file.

#pragma once

#include "bridge/files/action.h"
#include "onebot/action.h"
#include "onebot/task.h"

namespace bridge::files {

onebot::Task<onebot::ActionResult> upload_file(FileCall call, onebot::Fields params);
onebot::Task<onebot::ActionResult> upload_file_fragmented(FileCall call, onebot::Fields params);

}  // namespace bridge::files
