// Uploads: files that the bot brings before it sends them, whole or in parts. Platform: send-receive/rich-media.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/routes.h"
#include "adapters/qq/simulator/chats.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace qq::simulator {

class Uploads {
 public:
  static constexpr std::uint64_t kBlock = 10 << 20;  // of a part

  // host: where parts are put, "127.0.0.1:PORT".
  explicit Uploads(const std::string& host) : host_(host) {}

  void add_to(kit::simulator::Routes& routes);
  bool knows(std::string_view file_info, std::string_view scene) const;
  void forget();              // what was brought so far
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

  Reply prepare(std::string_view scene, onebot::json::View body);
  Reply put(const kit::simulator::Call& call);  // a part; needs no Authorization, and takes none
  Reply finish_part(onebot::json::View body);
  Reply finish(std::string_view scene, onebot::json::View body);

  const std::string& host_;
  std::map<std::string, Plan, std::less<>> plans_{};
  std::map<std::string, Known, std::less<>> known_{};  // by file_info
  std::vector<std::string> order_{};                   // of known_
  std::uint64_t number_ = 0;
};

}  // namespace qq::simulator
