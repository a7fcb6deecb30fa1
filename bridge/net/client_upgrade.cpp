#include "bridge/net/client_upgrade.h"

#include "bridge/net/http_response.h"
#include "bridge/net/request_head.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace bridge::net {
namespace {

namespace io = onebot::io;

constexpr std::string_view kProtocol = "Sec-WebSocket-Protocol";
constexpr std::string_view kEnd = "\r\n\r\n";

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// "HTTP/1.1 101 Switching Protocols"; 0: not HTTP.
int status_of(std::string_view line) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return 0;
  int status = 0;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  return error == std::errc{} && end == line.data() + 12 && status >= 100 ? status : 0;
}

io::Headers headers_of(std::string_view lines) {
  io::Headers headers;
  while (!lines.empty() && headers.size() < kMaxHeaders) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(lines.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    headers.emplace_back(line.substr(0, colon), value);
  }
  return headers;
}

}  // namespace

onebot::Result<ClientUpgrade> ClientUpgrade::make(const SocketUrl& url, const io::Headers& headers) {
  ClientUpgrade upgrade;
  const std::string key = onebot::crypto::base64(onebot::crypto::random_bytes(16));
  upgrade.accept_ = websocket_accept(key);
  upgrade.request_ = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: {}\r\n",
      url.path, url.origin, key);
  for (const auto& [name, value] : headers) {
    if (!is_one_line(name) || !is_one_line(value)) {
      return onebot::fail(onebot::Retcode::bad_param, "a header with a line break");
    }
    if (name == kProtocol) upgrade.offered_ = value;
    upgrade.request_ += fmt::format("{}: {}\r\n", name, value);
  }
  upgrade.request_ += "\r\n";
  return upgrade;
}

std::optional<ClientUpgrade::Answer> ClientUpgrade::read(std::string_view& bytes) {
  const std::size_t before = head_.size();
  head_.append(bytes.substr(0, kMaxHead + kEnd.size() - std::min(before, kMaxHead)));
  const auto end = head_.find(kEnd, before < kEnd.size() ? 0 : before - kEnd.size());
  if (end == std::string::npos) {
    if (head_.size() < kMaxHead) return std::nullopt;
    return Answer{.why = "the head of the answer is too long"};
  }
  bytes.remove_prefix(end + kEnd.size() - before);
  head_.resize(end);
  return check();
}

ClientUpgrade::Answer ClientUpgrade::check() const {
  const std::string_view line = std::string_view(head_).substr(0, head_.find("\r\n"));
  const int status = status_of(line);
  if (status == 0) return {.why = "the answer is not HTTP"};
  const io::Headers headers = headers_of(std::string_view(head_).substr(std::min(head_.size(), line.size() + 2)));
  if (status != 101) {
    return {.status = status, .why = fmt::format("the upgrade was answered {}", status), .headers = headers};
  }
  const auto has = [&headers](std::string_view name, std::string_view token) {
    const auto value = io::header(headers, name);
    return value && has_token(*value, token);
  };
  if (!has("Upgrade", "websocket") || !has("Connection", "upgrade")) return {.why = "the answer upgrades to nothing"};
  if (io::header(headers, "Sec-WebSocket-Accept") != accept_) return {.why = "the answer does not prove the upgrade"};
  if (io::header(headers, "Sec-WebSocket-Extensions")) return {.why = "an extension nobody offered was selected"};
  const auto selected = io::header(headers, kProtocol);
  // None is fine, and what most servers do. RFC 6455 section 4.1, number 6.
  if (selected && !has_token(offered_, *selected)) return {.why = "a subprotocol nobody offered was selected"};
  return {.opens = true, .status = 101};
}

}  // namespace bridge::net
