// Outgoing: what all connections that go out have in common, HTTP and WebSockets alike: whom they trust, and by which
// proxy they go.

#pragma once

#include "bridge/net/proxies.h"

#include <curl/curl.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bridge::net {

class Outgoing {
 public:
  // ca_file: PEM; "" = the system's.
  Outgoing(std::string ca_file, Proxies proxies) : ca_file_(std::move(ca_file)), proxies_(std::move(proxies)) {}

  // url: http or https.
  void prepare(CURL* easy, const std::string& url) const;
  // See Proxies.
  std::string blame(CURL* easy, std::string_view url, CURLcode code, std::string_view reason) const {
    return proxies_.blame(easy, scheme_of(url), code, reason);
  }
  std::optional<std::string> refusal(CURL* easy, std::string_view url, long status) const {
    return proxies_.refusal(easy, scheme_of(url), status);
  }

 private:
  static Proxies::Scheme scheme_of(std::string_view url);

  std::string ca_file_;
  Proxies proxies_;
};

}  // namespace bridge::net
