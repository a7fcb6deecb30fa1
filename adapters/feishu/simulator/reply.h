// Reply: an answer of the platform's, and what its calls have in common.

#pragma once

#include "onebot/io.h"
#include "onebot/value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace feishu::simulator {

// {"code", "msg", "data"}.
struct Reply {
  int status = 200;
  int code = 0;
  std::string msg = "success";
  onebot::Fields data{};
  std::string reset{};  // x-ogw-ratelimit-reset, in seconds; "" = not said
};

inline Reply refused(int code, std::string msg) { return {.status = 400, .code = code, .msg = std::move(msg)}; }
inline Reply invalid(std::string_view field) {
  return refused(99992402, "field validation failed, ext=invalid " + std::string(field));
}

// A time as the platform's objects tell it: milliseconds, as text.
inline std::string milliseconds_text(double wall) { return std::to_string(static_cast<std::int64_t>(wall * 1000)); }

// One page of a list, as the query asks for it by page_size and page_token.
inline Reply page_of(onebot::List all, std::string_view query, std::int64_t most) {
  const auto number = [query](std::string_view name, std::int64_t otherwise) {
    const std::string text = onebot::io::query_param(query, name).value_or("");
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
  };
  const auto count = static_cast<std::int64_t>(all.size());
  const std::int64_t from = std::clamp<std::int64_t>(number("page_token", 0), 0, count);
  const std::int64_t to = std::min(count, from + std::clamp<std::int64_t>(number("page_size", most), 1, most));
  return {.data = {{"items", onebot::List(all.begin() + from, all.begin() + to)},
                   {"has_more", to < count},
                   {"page_token", to < count ? std::to_string(to) : std::string()}}};
}

}  // namespace feishu::simulator
