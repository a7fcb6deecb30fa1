#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace onebot::connect {

std::string user_agent(const Implementation& implementation) {
  return fmt::format("OneBot/12 ({}) {}/{}", implementation.platforms.empty() ? "bridge" : implementation.platforms,
                     implementation.name, implementation.version);
}

std::string media_type(const io::Headers& headers) {
  const auto value = io::header(headers, "Content-Type");
  if (!value) return {};
  std::string type(value->substr(0, value->find(';')));
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  type.erase(type.begin(), std::find_if_not(type.begin(), type.end(), blank));
  while (!type.empty() && blank(type.back())) type.pop_back();
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return type;
}

std::string public_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme = url.find("://");
  const std::size_t authority = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t path = std::min(url.find('/', authority), url.size());
  const auto at = url.substr(authority, path - authority).rfind('@');
  const std::size_t host = at == std::string_view::npos ? authority : authority + at + 1;
  return std::string(url.substr(0, authority)).append(url.substr(host));
}

std::string refused_line(int http_status, std::string_view location) {
  std::string line = fmt::format("refused status={}", http_status);
  if (!location.empty()) line += fmt::format(" location=\"{}\"", printable(public_url(location)));
  return line;
}

std::optional<std::chrono::milliseconds> retry_after(const io::Headers& headers, double wall) {
  using std::chrono::seconds;
  constexpr std::int64_t kLongest = 86'400;
  const auto value = io::header(headers, "Retry-After");
  if (!value) return std::nullopt;
  const std::string text(*value);
  std::int64_t wait = 0;
  if (const auto read = std::from_chars(text.data(), text.data() + text.size(), wait); read.ec != std::errc{}) {
    std::tm date{};
    const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    if (!end || *end != '\0') return std::nullopt;
    wait = static_cast<std::int64_t>(timegm(&date)) - static_cast<std::int64_t>(wall);
  }
  return seconds(std::clamp<std::int64_t>(wait, 0, kLongest));
}

bool is_name(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !text.empty() && text.size() <= kLongest && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 120;
  std::string out(text.substr(0, kLongest));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace onebot::connect
