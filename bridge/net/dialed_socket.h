// DialedSocket: libcurl as a Carrier, for connections that we dial. It looks the name up off the loop, tries the
// addresses, goes through a proxy, and verifies the certificate; from then on it carries the bytes.

#pragma once

#include "bridge/net/curl_loop.h"
#include "bridge/net/loop.h"
#include "bridge/net/outgoing.h"
#include "bridge/net/socket_url.h"
#include "bridge/net/stream.h"

#include <curl/curl.h>
#include <uv.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

class DialedSocket final : public Carrier, private CurlUser {
 public:
  DialedSocket(Loop& loop, CurlLoop& curl, Stream& stream)
      : loop_(loop), curl_(curl), stream_(stream), easy_(curl_easy_init()) {}
  ~DialedSocket() override;
  DialedSocket(const DialedSocket&) = delete;
  DialedSocket& operator=(const DialedSocket&) = delete;

  // limit: for look-up, dialing, proxy and TLS together.
  void dial(const SocketUrl& url, const Outgoing& outgoing, std::chrono::milliseconds limit);

  std::optional<std::size_t> offer(std::string_view bytes) override;
  bool flushed() const override { return true; }
  void want(Wish wish) override;
  void shut() override;
  void cut() override;
  std::optional<std::uint64_t> unacknowledged() const override;

 private:
  void on_done(CURL* easy, CURLcode code) override;
  void watch();
  void on_ready(int status, int events);
  void read();
  void read_soon();
  void lose(std::string_view why);
  void close();

  Loop& loop_;
  CurlLoop& curl_;
  Stream& stream_;  // which owns this
  CURL* easy_;
  const Outgoing* outgoing_ = nullptr;  // from dial() on
  std::string address_{};
  char reason_[CURL_ERROR_SIZE] = "";
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  uv_poll_t* poll_ = nullptr;  // while connected
  bool added_ = false;         // to curl_
  bool cut_ = false;           // to be ended
  Wish wish_{};
  onebot::io::Owner soon_{};  // another read, or the end
};

}  // namespace bridge::net
