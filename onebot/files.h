// Files: what applications uploaded and what platforms sent, as one adapter sees them, under one kind of id.
// Spec: interface/file.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/told.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot {

// A file whose bytes are on this machine.
struct File {
  std::string name{};  // as its uploader or the platform called it; never a path
  std::uint64_t size = 0;
  std::string sha256{};                // of the bytes, lower-case hex
  std::string path{};                  // where the bytes are; only for io::FilePart and Files::read
  std::shared_ptr<const void> hold{};  // the bytes stay there as long as somebody holds this
};

class Files {
 public:
  virtual ~Files() = default;
  // The file behind an id: one that an application uploaded, or one that this bot's events carried, which is fetched
  // first (Adapter::locate). `done` is called later, never inside. Errors: unknown_file, there is no such file; 32xxx,
  // 33xxx, 34xxx it could not be stored or fetched.
  [[nodiscard]] virtual io::Owner open(std::string file_id, ToldResult<File> done) = 0;
  // Bytes [offset, offset + size) of a file, as far as it goes; size at most 8 MiB. Read off the loop thread.
  [[nodiscard]] virtual io::Owner read(const File& file, std::uint64_t offset, std::size_t size,
                                       ToldResult<std::string> done) = 0;
};

// Where a file is that a platform keeps.
struct RemoteFile {
  io::HttpRequest request{};  // that fetches it, credentials included
  std::string name{};         // "" = as the download calls itself
  // What to do when the platform itself answered with something else, or not at all, or with what may be a refusal in
  // JSON: make this request, or fail; absent: what came with a status of success is the file. Empty: fail.
  using Next = Result<std::optional<io::HttpRequest>>;
  using Again = Told<Next>;
  std::function<io::Owner(const Result<io::HttpResponse>&, Again)> refused{};
};

}  // namespace onebot
