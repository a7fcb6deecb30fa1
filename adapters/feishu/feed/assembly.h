// Assembly: puts messages together that come over the long connection in parts, in any order.
//
// Parts are joined as bytes, for a cut may be inside a character. What is not complete 5 s after its first part is
// dropped, and nobody acknowledges it, so the platform sends it again.

#pragma once

#include "adapters/feishu/feed/frame.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/result.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace feishu {

class Assembly {
 public:
  static constexpr std::size_t kMaxParts = 1024, kMaxMessages = 64, kMaxBytes = std::size_t{8} << 20;
  static constexpr std::chrono::seconds kPatience{5};

  Assembly(onebot::io::Loop& loop, onebot::Log& log) : loop_(loop), log_(log) {}

  // The payload of the message that this frame completes; nullopt when parts are missing yet, or when it came before.
  // Error: bad_request, when it is no part of anything or there is no room for it.
  onebot::Result<std::optional<std::string>> take(const Frame& frame);
  void clear();

 private:
  struct Message {
    std::vector<std::optional<std::string>> parts{};  // empty: given up, its parts are not kept any more
    std::size_t missing = 0;
    std::size_t bytes = 0;
    onebot::io::Owner timer{};
  };

  onebot::Result<Message*> message_of(const std::string& id, std::size_t count);
  void give_up(Message& message);
  void drop(const std::string& id);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::map<std::string, Message> messages_{};  // by their ids
  std::size_t bytes_ = 0;                      // of all
};

}  // namespace feishu
