// The frames of a long connection among what went over a fake link.

#pragma once

#include "adapters/feishu/feed/frame.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace rig {

inline std::vector<feishu::Frame> binary_frames(const std::vector<std::string>& received) {
  constexpr std::string_view kBinary = "binary:";  // how the fake link marks such a frame
  std::vector<feishu::Frame> frames;
  for (const std::string& bytes : received) {
    REQUIRE(bytes.starts_with(kBinary));
    auto frame = feishu::decode(std::string_view(bytes).substr(kBinary.size()));
    REQUIRE(frame);
    frames.push_back(*std::move(frame));
  }
  return frames;
}

}  // namespace rig
