#include "bridge/net/dialed_stream.h"

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
constexpr std::size_t kKept = 256 << 10;  // of the buffer, from use to use

// libcurl's sockets have Nagle off; what they lack is keep-alive.
void keep_alive(curl_socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
}

}  // namespace

DialedStream::~DialedStream() {
  close();
  curl_easy_cleanup(easy_);
}

void DialedStream::dial(const SocketUrl& url, const std::string& ca_file, std::chrono::milliseconds limit) {
  const bool bare_ip6 = url.host.find(':') != std::string::npos;
  const std::string address = fmt::format("{}://{}{}{}:{}/", url.tls ? "https" : "http", bare_ip6 ? "[" : "", url.host,
                                          bare_ip6 ? "]" : "", url.port);
  curl_easy_setopt(easy_, CURLOPT_URL, address.c_str());
  curl_easy_setopt(easy_, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs must not hold whoever gives it up
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_);
  if (!ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  }
  added_ = curl_.add(easy_, [this](CURLcode code) { connected(code); });
  if (!added_) kill();
}

void DialedStream::connected(CURLcode code) {
  const auto self = shared_from_this();
  if (dying_) return;
  if (code == CURLE_OK) curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket_);
  if (socket_ == CURL_SOCKET_BAD) return end(reason_[0] != '\0' ? reason_ : curl_easy_strerror(code));
  keep_alive(socket_);
  poll_ = new uv_poll_t{};
  uv_poll_init_socket(loop_.uv(), poll_, socket_);
  poll_->data = this;
  watch();
}

void DialedStream::watch() {
  if (!poll_) return;
  const bool writes = !all_sent() || writable_wanted_ || (finishing_ && !shut_);
  const int events = (held_ ? 0 : UV_READABLE) | (writes ? UV_WRITABLE : 0);
  if (events == 0) {
    uv_poll_stop(poll_);
    return;
  }
  uv_poll_start(poll_, events, [](uv_poll_t* poll, int status, int ready) {
    static_cast<DialedStream*>(poll->data)->on_ready(status, ready);
  });
}

void DialedStream::on_ready(int status, int events) {
  const auto self = shared_from_this();
  if (status < 0) return end("connection lost");
  if ((events & UV_WRITABLE) != 0) on_writable();
  if ((events & UV_READABLE) != 0) read();
}

void DialedStream::read() {
  static thread_local std::array<char, kPiece> buffer;
  for (int i = 0; i < kPieces; ++i) {
    if (dying_ || held_) return;
    std::size_t size = 0;
    const CURLcode code = curl_easy_recv(easy_, buffer.data(), buffer.size(), &size);
    if (code == CURLE_AGAIN) return;
    if (code != CURLE_OK || size == 0) return end("connection lost");
    if (const auto user = user_) user->on_bytes({buffer.data(), size});
  }
  read_soon();
}

// TLS may hold bytes that no poll announces.
void DialedStream::read_soon() {
  loop_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock(); self && self->poll_) self->read();
  });
}

void DialedStream::ask_writable() {
  if (std::exchange(writable_wanted_, true)) return;
  watch();
}

void DialedStream::write(std::string_view bytes) {
  if (dying_ || bytes.empty()) return;
  if (!all_sent()) {
    queued_.append(bytes);
    return;
  }
  if (sending_.capacity() > kKept) sending_ = {};
  sending_.assign(bytes);
  sent_ = 0;
  send_rest();
}

void DialedStream::send_rest() {
  while (!all_sent()) {
    std::size_t size = 0;
    const CURLcode code = curl_easy_send(easy_, sending_.data() + sent_, sending_.size() - sent_, &size);
    if (code == CURLE_AGAIN) break;
    if (code != CURLE_OK) return kill();
    sent_ += size;
    if (sent_ < sending_.size()) continue;
    sending_.clear();
    std::swap(sending_, queued_);
    sent_ = 0;
  }
  watch();
}

void DialedStream::on_writable() {
  send_rest();
  if (dying_ || !all_sent()) return;
  if (finishing_ && !std::exchange(shut_, true)) ::shutdown(socket_, SHUT_WR);
  const bool wanted = std::exchange(writable_wanted_, false);
  if (const auto user = user_; user && wanted) user->on_writable();
  watch();
}

void DialedStream::hold(bool held) {
  if (std::exchange(held_, held) == held) return;
  watch();
  if (!held) read_soon();
}

// A close with unread input would reset the connection, and the other side lose our last words.
void DialedStream::finish() {
  if (dying_ || std::exchange(finishing_, true)) return;
  user_ = nullptr;
  if (!poll_) return kill();
  held_ = false;
  deadline_ = loop_.after(2s, [this] { kill(); });
  watch();
}

void DialedStream::kill() {
  if (std::exchange(dying_, true)) return;
  loop_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end("connection lost");
  });
}

void DialedStream::abandon() {
  user_ = nullptr;
  ended_ = nullptr;
  close();
}

void DialedStream::end(std::string_view why) {
  if (std::exchange(gone_, true)) return;
  const std::string reason(why);
  close();
  if (const auto user = std::exchange(user_, nullptr)) user->on_gone(reason);
  if (const auto ended = std::exchange(ended_, nullptr)) ended(*this);
}

void DialedStream::close() {
  dying_ = true;
  deadline_.reset();
  if (auto* poll = std::exchange(poll_, nullptr)) {
    uv_poll_stop(poll);
    uv_close(reinterpret_cast<uv_handle_t*>(poll),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
  }
  if (std::exchange(added_, false)) curl_.remove(easy_);
}

std::optional<std::uint64_t> DialedStream::unacknowledged() const {
  if (!poll_ || !all_sent()) return std::nullopt;
  int waiting = 0;
  if (::ioctl(socket_, SIOCOUTQ, &waiting) != 0 || waiting < 0) return std::nullopt;
  return static_cast<std::uint64_t>(waiting);
}

}  // namespace bridge::net
