// FileActions: the actions of the standard that deal in files, for every bot. Spec: interface/file.
// Loop thread only.

#pragma once

#include "bridge/files/action.h"
#include "bridge/files/fetch.h"
#include "bridge/files/files.h"
#include "bridge/files/shelf.h"
#include "bridge/own_actions.h"
#include "onebot/action.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace bridge {

class FileActions final : public OwnActions {
 public:
  // gives_paths: applications can read where the shelf's files are.
  FileActions(files::Means means, files::Deliveries& deliveries, bool gives_paths)
      : means_(means), deliveries_(deliveries), gives_paths_(gives_paths) {}
  FileActions(const FileActions&) = delete;

  void add(std::string bot, BotFiles& files) { bots_.emplace(std::move(bot), &files); }
  void stop() { open_.clear(); }  // of what is under way nothing more is heard

  std::span<const std::string_view> names() const override;
  std::chrono::milliseconds deadline() const override;
  void call(const std::string& bot, onebot::Action action, onebot::Reply reply) override;

 private:
  struct Open {
    onebot::Reply reply;
    onebot::io::Owner course{};
  };
  void finish(std::uint64_t number, onebot::ActionResult result);

  // constant after construction
  files::Means means_;
  files::Deliveries& deliveries_;
  bool gives_paths_;
  std::map<std::string, BotFiles*, std::less<>> bots_;

  int fetching_ = 0;  // addresses
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Open> open_;
};

}  // namespace bridge
