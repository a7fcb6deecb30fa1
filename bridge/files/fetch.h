// Fetch: one download into the store, redirects included. Loop thread only.

#pragma once

#include "bridge/files/thread.h"
#include "onebot/files.h"
#include "onebot/io.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace bridge::files {

class Fetch {
 public:
  using Done = std::function<void(onebot::Result<onebot::File>)>;
  struct Wanted {
    onebot::io::HttpRequest request{};
    Key key{};           // under which it is kept
    std::string name{};  // "" = as the download calls itself
    std::optional<std::string> sha256{};
    decltype(onebot::RemoteFile::refused) refused{};  // of a file that a platform keeps; answers later, never inside
  };

  // done: called later, never inside; not at all once this is destroyed. It may destroy this.
  Fetch(onebot::io::Loop& loop, onebot::io::Client& client, FilesThread& thread, Wanted wanted, Done done);
  Fetch(const Fetch&) = delete;

 private:
  void begin();
  void send();
  void answered(const onebot::Result<onebot::io::HttpResponse>& response);
  void ask_again(const onebot::Result<onebot::io::HttpResponse>& response);
  void redirected(const onebot::io::HttpResponse& response);
  void keep(const onebot::io::HttpResponse& response);
  void fail(onebot::Error error);

  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  FilesThread& thread_;
  Wanted wanted_;
  Done done_;
  std::chrono::milliseconds until_;
  int redirects_ = 0;
  bool away_ = false;  // redirected to another origin
  std::shared_ptr<Temporary> bytes_{};
  std::uint64_t most_ = 0;  // bytes there is room for
  onebot::io::Owner step_{};
};

}  // namespace bridge::files
