// HttpClient: outgoing HTTP(S) on libcurl's multi interface, driven by the loop. No redirects; TLS always verified.

#pragma once

#include "bridge/net/curl_loop.h"
#include "bridge/net/loop.h"
#include "onebot/io.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace bridge::net {

class Transfer;

class HttpClient {
 public:
  using Done = std::function<void(onebot::Result<onebot::io::HttpResponse>)>;

  // ca_file: PEM; "" = the system's.
  HttpClient(Loop& loop, std::string ca_file);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  onebot::io::Owner send(onebot::io::HttpRequest request, Done done);

 private:
  void end(CURL* easy, CURLcode code);

  Loop& loop_;
  std::string ca_file_;
  CurlLoop curl_;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers_;
};

}  // namespace bridge::net
