// Uploads: files that come in fragments and are not finished. Spec: interface/file, upload_file_fragmented.
// Blocking: for the files' thread.

#pragma once

#include "bridge/files/disk.h"
#include "bridge/files/ranges.h"
#include "bridge/files/store.h"
#include "onebot/result.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::files {

class Uploads {
 public:
  explicit Uploads(Store& store) : store_(store) {}
  ~Uploads();
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  // now: of a clock that is never set.
  onebot::Result<std::string> prepare(std::string name, std::uint64_t total_size, std::chrono::milliseconds now);
  // Where fragments overlap, the later one wins. Errors: unknown_file; bad_param beyond the end.
  onebot::Status transfer(const std::string& id, std::uint64_t offset, std::string_view bytes,
                          std::chrono::milliseconds now);
  // The file_id of the whole file. Afterwards the upload is gone, whatever came of it.
  onebot::Result<std::string> finish(const std::string& id, const std::optional<std::string>& sha256,
                                     Milliseconds wall);
  void drop_old(std::chrono::milliseconds now);

 private:
  struct Upload {
    std::string name{};
    std::uint64_t total_size = 0;
    Temporary bytes;
    Descriptor file{};
    Ranges ranges{};
    std::chrono::milliseconds used{};
  };
  using Place = std::map<std::string, Upload>::iterator;

  onebot::Result<Place> find(const std::string& id);
  void drop(Place place);

  Store& store_;
  std::map<std::string, Upload> uploads_;
};

}  // namespace bridge::files
