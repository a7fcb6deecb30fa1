// BotFiles: the files that one bot can name: those that applications uploaded, and those its platform sent, which are
// fetched once and then kept under the platform's id. Loop thread only.

#pragma once

#include "bridge/files/fetch.h"
#include "bridge/files/shelf.h"
#include "onebot/adapter.h"
#include "onebot/files.h"

#include <list>
#include <map>
#include <memory>
#include <string>

namespace bridge {

class BotFiles final : public onebot::Files {
 public:
  // bot: "platform/app_id", the same after a restart.
  BotFiles(files::Means means, std::string bot) : means_(means), bot_(std::move(bot)) {}

  void attach(onebot::Adapter& adapter) { adapter_ = &adapter; }
  // Before the adapter ends: nothing is fetched any more, and nobody who waits is called.
  void stop();

  onebot::io::Owner open(std::string file_id, onebot::ToldResult<onebot::File> done) override;
  onebot::io::Owner read(const onebot::File& file, std::uint64_t offset, std::size_t size,
                         onebot::ToldResult<std::string> done) override;

  // Where a file of the platform is, for whoever may fetch it without our credentials. Errors: unknown_file;
  // unsupported_param when nobody may. `done` may be called inside.
  onebot::io::Owner address(const std::string& file_id, onebot::ToldResult<onebot::RemoteFile> done);

 private:
  using Opened = onebot::ToldResult<onebot::File>;
  struct Opening;
  struct Fetching {
    onebot::io::Owner locating{};
    onebot::io::Owner fetching{};
    std::list<Opening*> waiting{};
  };

  files::Key key_of(const std::string& file_id) const;
  void look_further(Opening& opening);
  void located(const std::string& file_id, onebot::Result<onebot::RemoteFile> remote);
  void fetched(const std::string& file_id, const onebot::Result<onebot::File>& file);

  files::Means means_;
  std::string bot_;
  onebot::Adapter* adapter_ = nullptr;
  std::map<std::string, std::unique_ptr<Fetching>> fetching_{};  // by id; several may wait for one
};

}  // namespace bridge
