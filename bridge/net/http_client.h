// HttpClient: outgoing HTTP(S) on libcurl's multi interface, driven by the loop. No redirects; TLS always verified.

#pragma once

#include "bridge/net/curl_loop.h"
#include "bridge/net/loop.h"
#include "bridge/net/outgoing.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <map>
#include <memory>

namespace bridge::net {

class Transfer;

class HttpClient : private CurlUser {
 public:
  using Done = onebot::ToldResult<onebot::io::HttpResponse>;

  HttpClient(Loop& loop, const Outgoing& outgoing);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  onebot::io::Owner send(onebot::io::HttpRequest request, Done done);
  bool is_idle() const { return transfers_.empty(); }  // no request is under way

 private:
  class Running;
  void on_done(CURL* easy, CURLcode code) override;

  Loop& loop_;
  const Outgoing& outgoing_;
  CurlLoop curl_;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers_;
};

}  // namespace bridge::net
