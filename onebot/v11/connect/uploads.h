// Uploads: what an application names as a file, as a file_id of OneBot 12, or as the action that makes it one.

#pragma once

#include "onebot/action.h"
#include "onebot/v11/connect/ground.h"
#include "onebot/v11/sent_message.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace onebot::v11::connect {

struct Source {
  std::string file_id{};  // "": it takes the action to have one, which tells it as "file_id"
  Action action{};
};

// bad_param: nothing that names a file.
Result<Source> source_of(const Upload& upload, const Tokens& tokens);

// What was uploaded from an address a moment ago, so that it is not fetched again.
class Fetched {
 public:
  static constexpr std::chrono::minutes kFresh{10};
  static constexpr std::size_t kMost = 256;  // one more and the oldest is forgotten

  // Its file_id; nullopt: it has to be uploaded, since it is no address, or not fresh, or wanted anew.
  std::optional<std::string> find(const Upload& upload, std::chrono::milliseconds now);
  void keep(const Upload& upload, std::string file_id, std::chrono::milliseconds now);

 private:
  struct One {
    std::string source{}, name{}, file_id{};
    std::chrono::milliseconds at{};
  };
  std::deque<One> all_{};  // the oldest first
};

}  // namespace onebot::v11::connect
