// Reassembly: parts of deliveries on the long connection, until they are whole. Bounded in number, size and time.
// Platform: headers "message_id", "sum" and "seq" of a data frame; a delivery that stays incomplete is pushed again.

#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feishu/frame.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

namespace feishu {

class Reassembly {
 public:
  static constexpr std::size_t kMostParts = 1024, kMostBytes = 4 << 20, kMostOpen = 64;
  static constexpr std::chrono::seconds kPatience{5};

  Reassembly(onebot::io::Loop& loop, onebot::Log& log) : loop_(loop), log_(log) {}

  // The payload that this frame makes whole. nullopt: more parts are to come, or it fits nowhere and is dropped.
  std::optional<std::string> add(const Frame& frame);
  void clear() { open_.clear(), bytes_ = 0; }
  std::size_t open() const { return open_.size(); }

 private:
  struct Parts {
    std::vector<std::optional<std::string>> payloads{};  // split anywhere, also inside a character
    std::size_t missing = 0, bytes = 0;
    onebot::io::Owner timer{};
  };
  using Open = std::map<std::string, Parts, std::less<>>;

  std::optional<std::string> add_part(std::string_view id, std::size_t sum, std::size_t seq, std::string_view payload);
  Open::iterator begin(std::string_view id, std::size_t sum);
  void drop(std::string_view id, std::string_view why);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  Open open_{};
  std::size_t bytes_ = 0;  // of all parts
};

}  // namespace feishu
