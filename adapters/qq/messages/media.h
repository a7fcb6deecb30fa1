// Media: getting a file to the platform before a message can carry it. Small files go up in one call, large ones in
// parts straight from disk, so no more than one piece is ever in memory.
// Platform: autogen/api/v2_users_user_openid_files.post, ..._upload_prepare.post, ..._upload_part_finish.post.

#pragma once

#include "adapters/qq/calls/api.h"
#include "adapters/qq/chat.h"
#include "adapters/qq/messages/compose.h"
#include "onebot/adapter.h"
#include "onebot/crypto.h"
#include "onebot/files.h"

#include <cstdint>
#include <functional>
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

  explicit FileInfos(std::function<void(onebot::Record)> remember) : remember_(std::move(remember)) {}

  static std::string key(Chat::Kind kind, FileType type, const onebot::File& file);  // "": the content is not known
  void recall(const std::vector<onebot::Record>& records, double wall);
  std::string find(const std::string& key, double wall);  // "" = the platform has it no longer
  void add(const std::string& key, std::string file_info, double until);

 private:
  struct Known {
    std::string file_info{};
    double until = 0;
    std::uint64_t number = 0;
  };
  void forget(const std::string& key);

  std::function<void(onebot::Record)> remember_;
  std::map<std::string, Known, std::less<>> known_{};
  std::map<std::uint64_t, std::string> order_{};
  std::uint64_t number_ = 0;
};

// Error when the platform would not take a file of that size: media_refused.
onebot::Status check_size(const onebot::File& file);

class Upload {
 public:
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
  // done: the file_info; last of all, once, and may destroy this.
  Upload(const Desk& desk, Wanted wanted, std::function<void(onebot::Result<std::string>)> done);

  void start();

 private:
  struct Piece {  // a part as the platform wants it
    std::int64_t index = 0;
    std::string url{};
    std::uint64_t offset = 0, size = 0;
  };
  using Bytes = std::function<void(std::string)>;

  void send_whole();
  void digest(std::uint64_t offset);
  void prepare();
  void plan(const onebot::json::View& answer);
  void next_part();
  void digest_part(std::uint64_t done);
  void put_part();
  void part_done(onebot::Result<onebot::io::HttpResponse> answer);
  void finish_part();
  void finish_upload(onebot::Fields body);
  void uploaded(const ApiAnswer& answer);

  void read(std::uint64_t offset, std::uint64_t size, Bytes use);
  void call(std::string_view what, const onebot::Fields& body, std::function<void(const ApiAnswer&)> use);
  void fail(onebot::Error error);

  Desk desk_;
  Wanted wanted_;
  std::string key_;
  std::function<void(onebot::Result<std::string>)> done_;
  onebot::crypto::RunningDigest md5_{onebot::crypto::RunningDigest::Kind::md5};
  onebot::crypto::RunningDigest sha1_{onebot::crypto::RunningDigest::Kind::sha1};
  onebot::crypto::RunningDigest head_{onebot::crypto::RunningDigest::Kind::md5};
  onebot::crypto::RunningDigest part_md5_{onebot::crypto::RunningDigest::Kind::md5};
  std::string upload_id_{}, part_digest_{};
  std::vector<Piece> parts_{};
  std::size_t part_ = 0;
  int tries_ = 0;
  onebot::io::Owner step_{};
};

}  // namespace qq
