// Desk: what a job on the files' thread has at hand, and the jobs of more than one step. Blocking.

#pragma once

#include "bridge/files/ids.h"
#include "bridge/files/shelf.h"
#include "bridge/files/store.h"
#include "bridge/files/uploads.h"
#include "onebot/files.h"
#include "onebot/result.h"

#include <chrono>
#include <string>

namespace bridge::files {

struct Desk {
  Store& store;
  Uploads& uploads;
  Milliseconds wall = 0;            // when it was asked for
  std::chrono::milliseconds now{};  // the same
};

onebot::Result<Room> make_room(Desk& desk);
onebot::Result<onebot::File> take_in(Desk& desk, const Room& room, const Label& label);
onebot::Result<onebot::File> keep_bytes(Desk& desk, const std::string& bytes, const Label& label);
onebot::Result<onebot::File> keep_copy(Desk& desk, const std::string& path, const Label& label);

}  // namespace bridge::files
