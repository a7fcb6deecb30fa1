// Transfer: one exchange of HttpClient, from libcurl's handle to the result.

#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "bridge/net/http_client.h"
#include "onebot/io.h"

namespace bridge::net {

class Transfer {
 public:
  Transfer(onebot::io::HttpRequest request, HttpClient::Done done);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return easy_; }
  // Hands everything to libcurl. Error: the request cannot be sent at all.
  onebot::Status prepare(const std::string& ca_file);
  void cancel() { done_ = nullptr; }
  bool is_cancelled() const { return !done_; }
  void end(CURLcode code);         // tells the caller, unless cancelled
  void fail(onebot::Error error);  // the same

 private:
  static std::size_t take_body(char* bytes, std::size_t one, std::size_t count, void* self);
  static std::size_t take_header(char* bytes, std::size_t one, std::size_t count, void* self);
  void set_method();

  onebot::io::HttpRequest request_;
  onebot::io::HttpResponse response_{};
  HttpClient::Done done_;  // empty: nobody listens any more
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  bool too_long_ = false;
  char reason_[CURL_ERROR_SIZE] = "";
};

}  // namespace bridge::net
