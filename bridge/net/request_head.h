// The head of an HTTP/1.1 request, from the bytes up to its blank line. RFC 9112, read strictly:
// what two programs could understand differently is refused.
//
//   head    = method SP target SP "HTTP/1." ( "0" | "1" ) CRLF *( name ":" OWS value OWS CRLF )
//   target  = path [ "?" query ] | "http://" authority path [ "?" query ] | "*"
//
// One Host header, which is an authority (section 3.2.2); HTTP/1.0 may leave it out.

#pragma once

#include "onebot/io.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace bridge::net {

struct RequestHead {
  onebot::io::HttpRequest request{};  // without the body; url is the decoded path
  std::string host{};                 // what it calls us, with a port if it says one; "" = HTTP/1.0 need not say
  std::size_t length = 0;             // of the body, unless it is chunked
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool upgrades = false;  // to a WebSocket
};

struct BadRequest {
  int status = 400;
  std::string why{};
};

inline constexpr std::size_t kMaxHead = 16 << 10;
inline constexpr std::size_t kMaxHeaders = 100;

// head: with the CRLF of the last header, without the blank line.
std::expected<RequestHead, BadRequest> parse_head(std::string_view head);

// Whether a body follows.
inline bool has_body(const RequestHead& head) { return head.chunked || head.length > 0; }

// Whether a comma-separated header value has this token, in any case.
bool has_token(std::string_view value, std::string_view token);

}  // namespace bridge::net
