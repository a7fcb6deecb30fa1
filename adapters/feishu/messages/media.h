// Uploads: files on their way to the platform, before the message that shows them. Platform: im-v1/image/create and
// im-v1/file/create.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/paths.h"
#include "adapters/kit/remembered.h"
#include "onebot/adapter.h"
#include "onebot/segment.h"
#include "onebot/told.h"

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

// What a segment wants its file to be.
enum class Kind { image, voice, video, file };

struct Upload {
  Kind kind = Kind::file;
  std::string file_id{};
  auto operator<=>(const Upload&) const = default;
};

// What the platform has of a file: as a kind that fits its bytes, under a key that only this app may send.
struct Resource {
  Kind kind = Kind::file;
  std::string key{};
  std::string known_as{};  // under what its key is remembered; "" = it is not
};
using Resources = std::map<Upload, Resource>;

// The files of a message, each once, in order.
std::vector<Upload> uploads_of(const onebot::Message& message);
bool is_media(const onebot::Segment& segment);
Kind kind_of(const onebot::Segment& segment);

// The kind as which a file goes out that begins with these bytes: the platform takes Opus for voice and MP4 for video;
// what is plainly something else goes out as a file.
Kind fitting(Kind wanted, std::string_view head);
class Uploading {
 public:
  using Keys = kit::Remembered<std::string>;  // record = "upload", kind "/" sha256 -> key
  static const Keys::Form kForm;
  struct Parts {
    Api& api;
    onebot::Files& files;
    Keys& keys;
    const OwnPaths& paths;
  };
  using Done = onebot::ToldResult<Resources>;

  Uploading(std::vector<Upload> uploads, const Parts& parts, Done done)
      : uploads_(std::move(uploads)), parts_(parts), done_(std::move(done)) {}
  void start();  // calls done once, which may destroy this

 private:
  std::vector<Upload> uploads_;
  Parts parts_;
  Done done_;
  onebot::io::Owner upload_{};
};

// What the platform has of each file, once it has all of them. What the parts refer to outlives the task.
onebot::Task<onebot::Result<Resources>> upload(std::vector<Upload> uploads, Uploading::Parts parts);

}  // namespace feishu
