#include "bridge/net/dialed_socket.h"

#include <fmt/format.h>

#include <array>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace bridge::net {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPiece = 64 << 10;  // one read
constexpr int kPieces = 4;                // reads in one turn, so that one connection does not starve the others

// libcurl's sockets have Nagle off; what they lack is keep-alive.
void keep_alive(curl_socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
}

}  // namespace

DialedSocket::~DialedSocket() {
  close();
  curl_easy_cleanup(easy_);
}

void DialedSocket::dial(const SocketUrl& url, const Outgoing& outgoing, std::chrono::milliseconds limit) {
  const bool bare_ip6 = url.host.find(':') != std::string::npos;
  outgoing_ = &outgoing;
  address_ = fmt::format("{}://{}{}{}:{}/", url.tls ? "https" : "http", bare_ip6 ? "[" : "", url.host,
                         bare_ip6 ? "]" : "", url.port);
  curl_easy_setopt(easy_, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_);
  outgoing.prepare(easy_, address_);
  added_ = curl_.add(easy_, *this);
  if (!added_) stream_.kill("libcurl takes no more connections");
}

void DialedSocket::on_done(CURL*, CURLcode code) {
  const auto stream = stream_.shared_from_this();
  if (cut_) return;
  if (code == CURLE_OK) curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket_);
  if (socket_ == CURL_SOCKET_BAD) {
    const char* reason = reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    return lose(outgoing_->blame(easy_, address_, code, reason));
  }
  keep_alive(socket_);
  poll_ = new uv_poll_t{};
  uv_poll_init_socket(loop_.uv(), poll_, socket_);
  poll_->data = this;
  stream_.opened();
}

void DialedSocket::want(Wish wish) {
  const bool resumes = wish.reading && !wish_.reading;
  wish_ = wish;
  if (!poll_ || cut_) return;
  watch();
  if (resumes) read_soon();
}

void DialedSocket::watch() {
  const int events = (wish_.reading ? UV_READABLE : 0) | (wish_.writing ? UV_WRITABLE : 0);
  if (events == 0) {
    uv_poll_stop(poll_);
    return;
  }
  uv_poll_start(poll_, events, [](uv_poll_t* poll, int status, int ready) {
    static_cast<DialedSocket*>(poll->data)->on_ready(status, ready);
  });
}

void DialedSocket::on_ready(int status, int events) {
  const auto stream = stream_.shared_from_this();
  if (status < 0) return lose("connection lost");
  if ((events & UV_WRITABLE) != 0) stream_.ready();
  if ((events & UV_READABLE) != 0) read();
}

void DialedSocket::read() {
  static thread_local std::array<char, kPiece> buffer;
  const auto stream = stream_.shared_from_this();
  for (int i = 0; i < kPieces; ++i) {
    if (!poll_ || cut_ || !wish_.reading) return;
    std::size_t size = 0;
    const CURLcode code = curl_easy_recv(easy_, buffer.data(), buffer.size(), &size);
    if (code == CURLE_AGAIN) return;
    if (code != CURLE_OK || size == 0) return lose("connection lost");
    stream_.received({buffer.data(), size});
  }
  read_soon();
}

// TLS may hold bytes that no poll announces.
void DialedSocket::read_soon() {
  if (poll_ && !cut_) soon_ = loop_.after(0ms, [this] { read(); });
}

std::optional<std::size_t> DialedSocket::offer(std::string_view bytes) {
  std::size_t size = 0;
  if (cut_) return size;
  const CURLcode code = curl_easy_send(easy_, bytes.data(), bytes.size(), &size);
  if (code == CURLE_AGAIN) return 0;
  if (code != CURLE_OK) return std::nullopt;
  return size;
}

void DialedSocket::shut() { ::shutdown(socket_, SHUT_WR); }

void DialedSocket::cut() {
  if (std::exchange(cut_, true)) return;
  soon_ = loop_.after(0ms, [this] { lose("connection lost"); });
}

void DialedSocket::lose(std::string_view why) {
  const auto stream = stream_.shared_from_this();
  const std::string reason(why);
  close();
  stream_.lost(reason);
}

void DialedSocket::close() {
  cut_ = true;
  soon_.reset();
  if (auto* poll = std::exchange(poll_, nullptr)) {
    uv_poll_stop(poll);
    uv_close(reinterpret_cast<uv_handle_t*>(poll),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
  }
  if (std::exchange(added_, false)) curl_.remove(easy_);
}

std::optional<std::uint64_t> DialedSocket::unacknowledged() const {
  if (!poll_) return std::nullopt;
  int waiting = 0;
  if (::ioctl(socket_, SIOCOUTQ, &waiting) != 0 || waiting < 0) return std::nullopt;
  return static_cast<std::uint64_t>(waiting);
}

}  // namespace bridge::net
