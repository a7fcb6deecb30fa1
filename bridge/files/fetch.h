// fetch: one download onto the shelf, redirects included. Loop thread only.

#pragma once

#include "bridge/files/limits.h"
#include "bridge/files/shelf.h"
#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/task.h"

namespace bridge::files {

// What files are fetched and kept with. All of it outlives whoever has this.
struct Means {
  onebot::io::Loop& loop;
  onebot::io::Client& client;
  Shelf& shelf;
  const FileLimits& limits;
};

struct Wanted {
  onebot::io::HttpRequest request{};
  Label label{};                                    // without a name: as the download calls itself
  decltype(onebot::RemoteFile::refused) refused{};  // of a file that a platform keeps
};

onebot::Task<onebot::Result<onebot::File>> fetch(Means means, Wanted wanted);

}  // namespace bridge::files
