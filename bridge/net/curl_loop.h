// CurlLoop: libcurl's transfers on the Loop: its sockets are watched and its timer is kept by libuv.

#pragma once

#include "bridge/net/loop.h"

#include <curl/curl.h>
#include <uv.h>

#include <map>

namespace bridge::net {

class CurlUser {
 public:
  virtual ~CurlUser() = default;
  virtual void on_done(CURL* easy, CURLcode code) = 0;
};

class CurlLoop {
 public:
  explicit CurlLoop(Loop& loop);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  CURLM* multi() const { return multi_; }
  // Begins. user.on_done(): once, never inside this call, unless the handle is removed before. false: libcurl takes no
  // more.
  bool add(CURL* easy, CurlUser& user);
  // Until then the handle, and a connection it keeps, belong to libcurl.
  void remove(CURL* easy);

 private:
  struct Watched;
  static int on_socket(CURL*, curl_socket_t, int what, void* self, void* watched);
  static int on_timer(CURLM*, long ms, void* self);
  void act(curl_socket_t socket, int events);
  void collect();

  Loop& loop_;
  CURLM* multi_;
  uv_timer_t* timer_;
  std::map<CURL*, CurlUser*> running_;
};

}  // namespace bridge::net
