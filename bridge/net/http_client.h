// HttpClient: outgoing HTTP(S) on libcurl's multi interface, driven by the loop. No redirects; TLS always verified.

#pragma once

#include <curl/curl.h>
#include <uv.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bridge/net/loop.h"
#include "onebot/io.h"

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
  static int on_socket(CURL*, curl_socket_t, int what, void* client, void* watched);
  static int on_timer(CURLM*, long ms, void* client);
  void act(curl_socket_t socket, int events);
  void collect();

  Loop& loop_;
  std::string ca_file_;
  CURLM* multi_;
  uv_timer_t* timer_;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers_;
};

}  // namespace bridge::net
