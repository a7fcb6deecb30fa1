#include "bridge/net/request_head.h"

#include "bridge/net/authority.h"
#include "onebot/ascii.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace bridge::net {
namespace {

namespace ascii = onebot::ascii;
namespace io = onebot::io;

std::unexpected<BadRequest> bad(std::string_view why, int status = 400) {
  return std::unexpected(BadRequest{status, std::string(why)});
}

bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || (c >= '0' && c <= '9') || kOthers.contains(c);
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// nullopt: a "%" without its digits, or a NUL.
std::optional<std::string> decoded_path(std::string_view path) {
  auto out = ascii::percent_decoded(path);
  if (out && out->contains('\0')) return std::nullopt;
  return out;
}

std::expected<void, BadRequest> read_target(std::string_view target, RequestHead& head) {
  io::HttpRequest& request = head.request;
  if (target.starts_with("http://") || target.starts_with("https://")) {
    target.remove_prefix(target.find("//") + 2);
    head.host = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(head.host.size());
    if (!read_authority(head.host)) return bad("a request target with a bad host");
    if (target.empty()) target = "/";
  }
  if (!target.starts_with('/') && target != "*") return bad("a request target must be a path");
  if (std::ranges::any_of(target, is_control)) return bad("a control character in the path");
  const auto question = target.find('?');
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  auto path = decoded_path(target.substr(0, question));
  if (!path) return bad("a path that cannot be decoded");
  request.url = *std::move(path);
  return {};
}

std::expected<RequestHead, BadRequest> read_request_line(std::string_view line) {
  RequestHead head;
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("not an HTTP request");
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/")) return bad("not an HTTP request");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad("only HTTP/1.1 is spoken here", 505);
  head.keep_alive = version == "HTTP/1.1";
  const std::string_view method = line.substr(0, first);
  if (!is_token(method) || method.size() > 20) return bad("not an HTTP method");
  head.request.method = method;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.empty() || target.contains(' ')) return bad("a blank in the request target");
  if (auto read = read_target(target, head); !read) return std::unexpected(std::move(read).error());
  return head;
}

std::expected<void, BadRequest> read_header(std::string_view line, io::Headers& headers) {
  if (headers.size() >= kMaxHeaders) return bad("too many headers", 431);
  const auto colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !is_token(name)) return bad("a header without a name");
  const std::string_view value = ascii::trimmed(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return is_control(c) && c != '\t'; })) {
    return bad("a control character in a header");
  }
  headers.emplace_back(name, value);
  return {};
}

// keep_alive is still what the version says.
std::expected<void, BadRequest> read_host(RequestHead& head) {
  std::optional<std::string_view> host;
  for (const auto& [name, value] : head.request.headers) {
    if (!ascii::same(name, "Host")) continue;
    if (host) return bad("two Host headers");
    if (!read_authority(value)) return bad("a Host header that is no host");
    host = value;
  }
  if (!host && head.keep_alive) return bad("HTTP/1.1 wants a Host header");
  if (host && head.host.empty()) head.host = *host;  // what the target says goes before
  return {};
}

// One Content-Length of digits, or one Transfer-Encoding that says "chunked", or neither. keep_alive is still what the
// version says.
std::expected<void, BadRequest> read_length(RequestHead& head) {
  std::optional<std::string_view> length, encoding;
  for (const auto& [name, value] : head.request.headers) {
    const bool encodes = ascii::same(name, "Transfer-Encoding");
    if (!encodes && !ascii::same(name, "Content-Length")) continue;
    auto& seen = encodes ? encoding : length;
    if (seen) return bad("a header that says how long the body is, twice");
    seen = value;
  }
  if (encoding) {
    if (length) return bad("Transfer-Encoding and Content-Length together");
    if (!head.keep_alive) return bad("HTTP/1.0 knows no Transfer-Encoding");
    if (!ascii::same(*encoding, "chunked")) return bad("the only Transfer-Encoding taken is chunked", 501);
    head.chunked = true;
  }
  if (!length) return {};
  const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), head.length);
  if (length->empty() || error != std::errc{} || end != length->data() + length->size()) {
    return bad("Content-Length must be a number");
  }
  return {};
}

}  // namespace

bool has_token(std::string_view value, std::string_view token) {
  while (!value.empty()) {
    const std::string_view one = value.substr(0, value.find(','));
    if (ascii::same(ascii::trimmed(one), token)) return true;
    value.remove_prefix(std::min(value.size(), one.size() + 1));
  }
  return false;
}

std::expected<RequestHead, BadRequest> parse_head(std::string_view text) {
  const auto next_line = [&text] {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(text.size(), line.size() + 2));
    return line;
  };
  auto head = read_request_line(next_line());
  if (!head) return head;
  io::Headers& headers = head->request.headers;
  while (!text.empty()) {
    if (auto read = read_header(next_line(), headers); !read) return std::unexpected(std::move(read).error());
  }
  if (auto read = read_host(*head); !read) return std::unexpected(std::move(read).error());
  if (auto read = read_length(*head); !read) return std::unexpected(std::move(read).error());
  const std::string_view connection = io::header(headers, "Connection").value_or("");
  if (has_token(connection, "close")) head->keep_alive = false;
  head->expects_continue = ascii::same(io::header(headers, "Expect").value_or(""), "100-continue");
  head->upgrades = has_token(io::header(headers, "Upgrade").value_or(""), "websocket");
  return head;
}

}  // namespace bridge::net
