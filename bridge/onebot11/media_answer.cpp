#include "bridge/onebot11/media_answer.h"

#include "onebot/ascii.h"
#include "onebot/media_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace bridge::onebot11 {

namespace io = onebot::io;

namespace {

// What a header may hold of a list of entity tags.
bool names(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view one = onebot::ascii::trimmed(list.substr(0, comma));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

struct Range {
  std::uint64_t begin = 0, size = 0;  // size 0: there is nothing at that place
};

// "bytes=5-9", "bytes=5-", "bytes=-5". nullopt: none of these, or several: then the whole is the answer.
std::optional<Range> range_of(std::string_view header, std::uint64_t size) {
  if (!header.starts_with("bytes=")) return std::nullopt;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos || header.contains(',')) return std::nullopt;
  const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
  const auto first = onebot::ascii::number_in<std::uint64_t>(from), last = onebot::ascii::number_in<std::uint64_t>(to);
  if ((!from.empty() && !first) || (!to.empty() && !last) || (!first && !last)) return std::nullopt;
  if (!first) {
    const std::uint64_t count = std::min(*last, size);
    return Range{size - count, count};
  }
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return Range{};
  return Range{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

io::Headers headers_for(const onebot::File& file, std::string_view type, std::string_view token) {
  const std::string name = io::percent_encode(file.name.empty() ? std::string(token) : file.name);
  return {{"Content-Type", std::string(type.empty() ? std::string_view("application/octet-stream") : type)},
          {"Content-Disposition", fmt::format("{}; filename=\"{}\"; filename*=UTF-8''{}",
                                              type.empty() ? "attachment" : "inline", token, name)},
          {"X-Content-Type-Options", "nosniff"},
          {"Content-Security-Policy", "default-src 'none'; sandbox"},
          {"Cache-Control", "private, max-age=3600"},
          {"Accept-Ranges", "bytes"}};
}

}  // namespace

io::HttpResponse media_answer(const onebot::File& file, std::string_view first_bytes, std::string_view token,
                              const io::HttpRequest& request) {
  io::HttpResponse answer{.headers = headers_for(file, onebot::media_type_of(first_bytes).name, token)};
  const std::string tag = fmt::format("\"{}\"", file.sha256);
  answer.headers.emplace_back("ETag", tag);
  if (names(io::header(request.headers, "If-None-Match").value_or(""), tag)) {
    answer.status = 304;
    return answer;
  }
  answer.file = io::FilePart{file.path, 0, file.size};
  const bool same = request.method == "GET" && io::header(request.headers, "If-Range").value_or(tag) == tag;
  const auto wanted = io::header(request.headers, "Range");
  const auto range = wanted && same ? range_of(*wanted, file.size) : std::nullopt;
  if (!range) return answer;
  if (range->size == 0) {
    answer = {.status = 416, .headers = {{"Content-Range", fmt::format("bytes */{}", file.size)}}};
    return answer;
  }
  answer.status = 206;
  answer.headers.emplace_back("Content-Range",
                              fmt::format("bytes {}-{}/{}", range->begin, range->begin + range->size - 1, file.size));
  answer.file = io::FilePart{file.path, range->begin, range->size};
  return answer;
}

}  // namespace bridge::onebot11
