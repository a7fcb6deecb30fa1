#include "bridge/files/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

namespace io = onebot::io;

using onebot::fail;
using onebot::File;
using onebot::RemoteFile;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::size_t kMostRead = 8 << 20;
constexpr std::size_t kMostFetching = 16;  // downloads of one bot at once
constexpr std::size_t kMostId = 8 << 10;   // bytes of an id

std::unexpected<onebot::Error> no_such_file() { return fail(Retcode::unknown_file, "there is no such file"); }

}  // namespace

// One caller of open() who waits; gone when the caller drops it.
struct BotFiles::Opening final : io::Pending {
  Opening(std::string wanted, Opened told) : file_id(std::move(wanted)), done(std::move(told)) {}
  ~Opening() override {
    if (fetching) fetching->waiting.remove(this);
  }
  void finish(Result<File> file) {
    fetching = nullptr;
    const Opened told = std::move(done);
    told(std::move(file));  // last: it may destroy this
  }

  std::string file_id;
  Opened done;
  io::Owner step{};
  Fetching* fetching = nullptr;
};

void BotFiles::stop() {
  adapter_ = nullptr;
  for (const auto& [id, fetching] : fetching_) {
    for (Opening* opening : fetching->waiting) opening->fetching = nullptr;
  }
  fetching_.clear();
}

files::Key BotFiles::key_of(const std::string& file_id) const {
  return {files::is_our_file_id(file_id) ? std::string() : bot_, file_id};
}

io::Owner BotFiles::open(std::string file_id, Opened done) {
  auto opening = std::make_unique<Opening>(std::move(file_id), std::move(done));
  opening->step =
      means_.shelf.find(key_of(opening->file_id), [this, waiting = opening.get()](Result<std::optional<File>> found) {
        if (!found) return waiting->finish(std::unexpected(std::move(found).error()));
        if (*found) return waiting->finish(**std::move(found));
        look_further(*waiting);
      });
  return opening;
}

void BotFiles::look_further(Opening& opening) {
  const std::string id = opening.file_id;
  if (files::is_our_file_id(id) || id.empty() || id.size() > kMostId || !adapter_)
    return opening.finish(no_such_file());
  auto found = fetching_.find(id);
  const bool first = found == fetching_.end();
  if (first && fetching_.size() >= kMostFetching) {
    return opening.finish(fail(Retcode::busy, "too many files are being fetched"));
  }
  if (first) found = fetching_.emplace(id, std::make_unique<Fetching>()).first;
  Fetching& fetching = *found->second;
  opening.fetching = &fetching;
  fetching.waiting.push_back(&opening);
  if (!first) return;
  // located() may run inside, and end the Fetching.
  io::Owner locating = adapter_->locate(id, [this, id](Result<RemoteFile> remote) { located(id, std::move(remote)); });
  if (const auto still = fetching_.find(id); still != fetching_.end() && !still->second->fetching) {
    still->second->locating = std::move(locating);
  }
}

void BotFiles::located(const std::string& file_id, Result<RemoteFile> remote) {
  if (!remote) return fetched(file_id, std::unexpected(std::move(remote).error()));
  const auto found = fetching_.find(file_id);
  if (found == fetching_.end()) return;
  files::Wanted wanted{
      .request = std::move(remote->request),
      .label = {key_of(file_id), remote->name.empty() ? std::string() : files::plain_name(remote->name), {}},
      .refused = std::move(remote->refused)};
  found->second->fetching = onebot::start(files::fetch(means_, std::move(wanted)),
                                          [this, file_id](Result<File> file) { fetched(file_id, file); });
}

void BotFiles::fetched(const std::string& file_id, const Result<File>& file) {
  const auto found = fetching_.extract(file_id);
  if (!found) return;
  // One who is told may drop others who wait.
  std::list<Opening*>& waiting = found.mapped()->waiting;
  while (!waiting.empty()) {
    Opening* opening = waiting.front();
    waiting.pop_front();
    opening->finish(file);
  }
}

io::Owner BotFiles::read(const File& file, std::uint64_t offset, std::size_t size,
                         onebot::ToldResult<std::string> done) {
  return means_.shelf.read(file, offset, std::min(size, kMostRead), std::move(done));
}

// Only an address that was the application's already, in the id: one that the adapter adds may be a secret as a whole.
io::Owner BotFiles::address(const std::string& file_id, onebot::ToldResult<RemoteFile> done) {
  if (file_id.empty() || file_id.size() > kMostId || !adapter_) {
    done(no_such_file());
    return nullptr;
  }
  return adapter_->locate(file_id, [done = std::move(done)](Result<RemoteFile> remote) {
    if (!remote) return done(std::move(remote));
    const io::HttpRequest& request = remote->request;
    const bool anybody =
        request.public_only && request.method == "GET" && request.headers.empty() && request.body.empty();
    if (anybody) return done(std::move(remote));
    done(fail(Retcode::unsupported_param,
              "the address of this file works for the bot alone; \"type\" \"data\" gives "
              "its bytes"));
  });
}

}  // namespace bridge
