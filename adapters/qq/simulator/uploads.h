// Uploads: files that the bot brings before it sends them, whole or in parts. Platform: send-receive/rich-media.

#pragma once

#include "adapters/qq/simulator/chats.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq::simulator {

class Uploads {
 public:
  static constexpr std::uint64_t kBlock = 10 << 20;  // of a part
  using Answer = std::expected<onebot::Value, Refusal>;

  // base: where parts are put, "http://127.0.0.1:PORT".
  std::optional<Answer> answer(const onebot::io::HttpRequest& request, const std::string& base);
  // "/simulator/part/ID/INDEX": needs no Authorization, and takes none.
  std::optional<int> put(const onebot::io::HttpRequest& request);  // the HTTP status; nullopt: another address
  bool knows(std::string_view file_info, std::string_view scene) const;
  onebot::List list() const;  // of finished files: {scene, file_type, size, parts}

 private:
  struct Part {
    std::uint64_t size = 0;
    std::string md5{};  // of what was put; "" = nothing yet
    bool finished = false;
  };
  struct Plan {
    std::string scene{};
    std::int64_t file_type = 0;
    std::uint64_t size = 0;
    std::vector<Part> parts{};
  };
  struct Known {
    std::string scene{};
    std::int64_t file_type = 0;
    std::uint64_t size = 0;
    std::size_t parts = 0;
  };

  Answer prepare(std::string_view scene, onebot::json::View body, const std::string& base);
  Answer finish_part(onebot::json::View body);
  Answer finish(std::string_view scene, onebot::json::View body);

  std::map<std::string, Plan, std::less<>> plans_{};
  std::map<std::string, Known, std::less<>> known_{};  // by file_info
  std::vector<std::string> order_{};                   // of known_
  std::uint64_t number_ = 0;
};

}  // namespace qq::simulator
