// CurlLoop: libcurl's transfers on the Loop: its sockets are watched and its timer is kept by libuv.

#pragma once

#include "bridge/net/loop.h"

#include <curl/curl.h>
#include <uv.h>

#include <functional>
#include <map>

namespace bridge::net {

class CurlLoop {
 public:
  using Done = std::function<void(CURLcode)>;

  explicit CurlLoop(Loop& loop);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  CURLM* multi() const { return multi_; }
  // Begins. done: once, never inside this call, unless the handle is removed before. false: libcurl takes no more.
  bool add(CURL* easy, Done done);
  // Until then the handle, and a connection it keeps, belong to libcurl.
  void remove(CURL* easy);

 private:
  static int on_socket(CURL*, curl_socket_t, int what, void* self, void* watched);
  static int on_timer(CURLM*, long ms, void* self);
  void act(curl_socket_t socket, int events);
  void collect();

  Loop& loop_;
  CURLM* multi_;
  uv_timer_t* timer_;
  std::map<CURL*, Done> running_;
};

}  // namespace bridge::net
