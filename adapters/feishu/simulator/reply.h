// What the answers of the simulated calls have in common.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "onebot/value.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace feishu::simulator {

using kit::simulator::Call;
using kit::simulator::Reply;
using kit::simulator::told;

inline constexpr std::string_view kWaitHeader = "x-ogw-ratelimit-reset";  // in seconds

inline Reply refused(int code, std::string_view msg) { return kit::simulator::refused({400, code, msg}); }
inline Reply invalid(std::string_view field) {
  return refused(99992402, "field validation failed, ext=invalid " + std::string(field));
}

// A time as the platform's objects tell it: milliseconds, as text.
inline std::string milliseconds_text(double wall) { return std::to_string(static_cast<std::int64_t>(wall * 1000)); }

// One page of a list, as the query asks for it by page_size and page_token.
inline Reply page_of(const onebot::List& all, const Call& call, std::int64_t most) {
  const auto count = static_cast<std::int64_t>(all.size());
  const std::int64_t from = std::clamp<std::int64_t>(call.number("page_token", 0), 0, count);
  const std::int64_t to = std::min(count, from + std::clamp<std::int64_t>(call.number("page_size", most), 1, most));
  return told(onebot::Fields{{"items", onebot::List(all.begin() + from, all.begin() + to)},
                             {"has_more", to < count},
                             {"page_token", to < count ? std::to_string(to) : std::string()}});
}

}  // namespace feishu::simulator
