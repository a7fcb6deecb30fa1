// DialedStream: one connection that we dial, TCP or TLS, as bytes. libcurl looks the name up off the loop, tries the
// addresses, and verifies the certificate; from then on it carries the bytes.
//
//   dialing -> connected -> [finishing] -> gone
//
// What the kernel does not take is kept here and offered again exactly as it was, as TLS demands.

#pragma once

#include "bridge/net/byte_stream.h"
#include "bridge/net/curl_loop.h"
#include "bridge/net/loop.h"
#include "bridge/net/socket_url.h"

#include <curl/curl.h>
#include <uv.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace bridge::net {

class DialedStream final : public ByteStream, public std::enable_shared_from_this<DialedStream> {
 public:
  DialedStream(Loop& loop, CurlLoop& curl, std::function<void(DialedStream&)> ended)
      : loop_(loop), curl_(curl), ended_(std::move(ended)), easy_(curl_easy_init()) {}
  ~DialedStream() override;
  DialedStream(const DialedStream&) = delete;
  DialedStream& operator=(const DialedStream&) = delete;

  // ca_file: PEM; "" = the system's. limit: for look-up, dialing and TLS together.
  void dial(const SocketUrl& url, const std::string& ca_file, std::chrono::milliseconds limit);
  void set_user(std::shared_ptr<StreamUser> user) { user_ = std::move(user); }
  void abandon();  // ends now, and calls nobody again

  void ask_writable() override;
  void write(std::string_view bytes) override;
  void hold(bool held) override;
  void finish() override;
  void kill() override;
  std::optional<std::uint64_t> unacknowledged() const override;

 private:
  void connected(CURLcode code);
  void watch();
  void on_ready(int status, int events);
  void read();
  void on_writable();
  void send_rest();
  bool all_sent() const { return sending_.empty(); }
  void read_soon();
  void end(std::string_view why);
  void close();

  Loop& loop_;
  CurlLoop& curl_;
  std::function<void(DialedStream&)> ended_;
  std::shared_ptr<StreamUser> user_;  // nullptr: nobody listens any more
  CURL* easy_;
  char reason_[CURL_ERROR_SIZE] = "";
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  uv_poll_t* poll_ = nullptr;  // from connected() on
  bool added_ = false, held_ = false, writable_wanted_ = false, finishing_ = false, shut_ = false;
  bool dying_ = false, gone_ = false;  // told to end; ended
  std::string sending_, queued_;       // sending_ is never changed until it is all sent
  std::size_t sent_ = 0;               // of sending_
  onebot::io::Owner deadline_;         // of a polite end
};

}  // namespace bridge::net
