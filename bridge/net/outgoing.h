// Outgoing: what all connections that go out have in common, HTTP and WebSockets alike.

#pragma once

#include <curl/curl.h>

#include <string>
#include <utility>

namespace bridge::net {

class Outgoing {
 public:
  // ca_file: PEM; "" = the system's.
  explicit Outgoing(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  // url: http or https.
  void prepare(CURL* easy, const std::string& url) const;

 private:
  std::string ca_file_;
};

}  // namespace bridge::net
