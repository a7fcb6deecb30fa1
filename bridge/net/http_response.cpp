#include "bridge/net/http_response.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace bridge::net {
namespace {

struct Phrase {
  int status = 0;
  std::string_view text{};
};

constexpr std::array kPhrases = std::to_array<Phrase>({
    {101, "Switching Protocols"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
});

std::string_view phrase(int status) {
  const auto* found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == kPhrases.end() ? "Status" : found->text;
}

// A line break in a header would begin another one.
bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

std::string date(double wall) {
  const auto seconds = static_cast<std::time_t>(wall);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace

std::string response_head(const onebot::io::HttpResponse& response, bool keep_alive, double wall) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, phrase(response.status));
  for (const auto& [name, value] : response.headers) {
    if (is_one_line(name) && is_one_line(value)) head += fmt::format("{}: {}\r\n", name, value);
  }
  if (response.status == 101) return head + "\r\n";
  head += fmt::format("Date: {}\r\n", date(wall));
  if (response.status != 204 && response.status != 304) {
    const std::uint64_t of_file = response.file ? response.file->size : 0;
    head += fmt::format("Content-Length: {}\r\n", response.body.size() + of_file);
  }
  return head + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

std::string websocket_accept(std::string_view key) {
  const auto bytes = onebot::crypto::base64_decode(key);
  if (!bytes || bytes->size() != 16) return {};
  return onebot::crypto::base64(onebot::crypto::sha1(fmt::format("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key)));
}

}  // namespace bridge::net
