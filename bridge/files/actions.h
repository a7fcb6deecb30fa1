// FileActions: the actions of the standard that deal in files, for every bot. Spec: interface/file.
// Loop thread only.

#pragma once

#include "bridge/files/fetch.h"
#include "bridge/files/files.h"
#include "bridge/files/thread.h"
#include "bridge/own_actions.h"
#include "onebot/action.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bridge {

class FileActions final : public OwnActions {
 public:
  // Bytes of one answer; larger files leave in fragments.
  static constexpr std::size_t kMostBytes = 4 << 20;

  FileActions(onebot::io::Loop& loop, onebot::io::Client& client, files::FilesThread& thread);
  FileActions(const FileActions&) = delete;

  void add(std::string bot, BotFiles& files) { bots_.emplace(std::move(bot), &files); }
  void stop();  // of what is under way nothing more is heard

  std::span<const std::string_view> names() const override;
  std::chrono::milliseconds deadline() const override;
  void call(const std::string& bot, onebot::Action action, onebot::Reply reply) override;

 private:
  struct Call {
    std::uint64_t number = 0;
    BotFiles& files;
    onebot::Reply reply;
    std::unique_ptr<files::Fetch> fetch{};
    onebot::io::Owner step{};
  };
  // What is wrong at once; else the answer comes by finish().
  using Run = onebot::Status (FileActions::*)(Call&, const onebot::Fields&);
  struct Choice {
    std::string_view name{};
    Run run = nullptr;
  };
  static const Choice kActions[], kUploadTypes[], kUploadStages[], kGetTypes[], kGetStages[];

  onebot::Status choose(std::span<const Choice> choices, std::string_view parameter, onebot::Retcode unknown,
                        Call& call, const onebot::Fields& params);
  onebot::Status upload_file(Call& call, const onebot::Fields& params);
  onebot::Status upload_url(Call& call, const onebot::Fields& params);
  onebot::Status upload_path(Call& call, const onebot::Fields& params);
  onebot::Status upload_bytes(Call& call, const onebot::Fields& params);
  onebot::Status upload_fragmented(Call& call, const onebot::Fields& params);
  onebot::Status upload_prepare(Call& call, const onebot::Fields& params);
  onebot::Status upload_transfer(Call& call, const onebot::Fields& params);
  onebot::Status upload_finish(Call& call, const onebot::Fields& params);

  onebot::Status get_file(Call& call, const onebot::Fields& params);
  onebot::Status get_url(Call& call, const onebot::Fields& params);
  onebot::Status get_path(Call& call, const onebot::Fields& params);
  onebot::Status get_bytes(Call& call, const onebot::Fields& params);
  onebot::Status get_fragmented(Call& call, const onebot::Fields& params);
  onebot::Status get_prepare(Call& call, const onebot::Fields& params);
  onebot::Status get_transfer(Call& call, const onebot::Fields& params);

  // The call goes on with the file, or ends with what is wrong.
  void open(Call& call, std::string file_id, std::function<void(Call&, onebot::File)> then);
  void read(Call& call, const onebot::File& file, std::uint64_t offset, std::size_t size, onebot::Fields answer);
  void ask_for_id(Call& call, std::function<onebot::Result<std::string>(files::Desk&)> job);
  void finish(std::uint64_t number, onebot::ActionResult result);

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  files::FilesThread& thread_;
  bool gives_paths_;
  std::map<std::string, BotFiles*, std::less<>> bots_;

  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Call>> calls_;
};

}  // namespace bridge
