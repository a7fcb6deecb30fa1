// Media: getting a file to the platform before a message can carry it. Small files go up in one call, large ones in
// parts straight from disk, so no more than one piece is ever in memory.
// Platform: autogen/api/v2_users_user_openid_files.post, ..._upload_prepare.post, ..._upload_part_finish.post.

#pragma once

#include "adapters/kit/remembered.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/chat.h"
#include "adapters/qq/messages/compose.h"
#include "onebot/adapter.h"
#include "onebot/crypto.h"
#include "onebot/files.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qq {

// What the platform already has: its name for a file (file_info) by scene, type and content. Kept over restarts.
//
//   record = "file_info", scene "/" type "/" sha256 -> until " " file_info      until: wall time; 0 = for ever
class FileInfos {
 public:
  static constexpr std::string_view kRecord = "file_info";
  static constexpr std::size_t kMost = 1'000;

  explicit FileInfos(onebot::Remember remember);

  static std::string key(Chat::Kind kind, FileType type, const onebot::File& file);  // "": the content is not known
  void recall(const std::vector<onebot::Record>& records, double wall);
  std::string find(const std::string& key, double wall);  // "" = the platform has it no longer
  void add(const std::string& key, std::string file_info, double until);
  void forget(const std::string& key) { known_.forget(key); }  // the platform refuses it on use

 private:
  struct Known {
    std::string file_info{};
    double until = 0;
  };

  kit::Remembered<Known> known_;
};

// Error when the platform would not take a file of that size: media_refused.
onebot::Status check_size(const onebot::File& file);

struct Upload {
  static constexpr std::size_t kSimple = 4 << 20, kPiece = 4 << 20;

  struct Desk {
    Api& api;
    onebot::io::Client& client;
    onebot::Files& files;
    FileInfos& known;
    onebot::io::Loop& loop;
  };
  struct Wanted {
    Chat chat{};
    FileType type = FileType::image;
    onebot::File file{};
  };
};

// The file_info of the file, once the platform has it. What the desk refers to outlives the task.
onebot::Task<onebot::Result<std::string>> upload(Upload::Desk desk, Upload::Wanted wanted);

}  // namespace qq
