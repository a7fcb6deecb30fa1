// Transfer: one exchange of HttpClient, from libcurl's handle to the result.

#pragma once

#include "bridge/net/http_client.h"
#include "bridge/net/transfer_files.h"
#include "onebot/io.h"

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

namespace bridge::net {

class Transfer {
 public:
  Transfer(onebot::io::HttpRequest request, HttpClient::Done done);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return easy_; }
  // Hands everything to libcurl. Error: the request cannot be sent at all.
  onebot::Status prepare(const Outgoing& outgoing);
  void cancel() { done_ = nullptr; }
  bool is_cancelled() const { return !done_; }
  void end(CURLcode code, const Outgoing& outgoing);  // tells the caller, unless cancelled
  void fail(onebot::Error error);                     // the same

 private:
  static std::size_t take_body(char* bytes, std::size_t one, std::size_t count, void* self);
  static std::size_t take_header(char* bytes, std::size_t one, std::size_t count, void* self);
  static std::size_t give_body(char* room, std::size_t one, std::size_t count, void* self);
  static int seek_body(void* self, curl_off_t offset, int origin);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  void set_method();
  void stay_public();
  onebot::Status send_file();
  bool take(const char* bytes, std::size_t size);
  int status() const;
  bool is_unsent() const;

  onebot::io::HttpRequest request_;
  onebot::io::HttpResponse response_{};
  HttpClient::Done done_;  // empty: nobody listens any more
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  SentBody sent_{request_};
  std::optional<SavedBody> saved_{};
  std::optional<onebot::Error> trouble_{};  // of ours, more exact than what libcurl makes of it
  char reason_[CURL_ERROR_SIZE] = "";
};

}  // namespace bridge::net
