#include "bridge/net/http_client.h"

#include <fmt/format.h>

#include <utility>

#include "bridge/net/transfer.h"

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr long kPerHost = 16;  // connections; more requests wait for one
constexpr long kKept = 32;     // idle connections
constexpr long kAtAll = 256;

// One socket of libcurl's. It outlives the end of watching by the turn that libuv needs to close it.
struct Watched {
  uv_poll_t poll{};
  HttpClient* client = nullptr;
  curl_socket_t socket = 0;
};

// What the caller owns; dropping it cancels.
class Running : public io::Pending {
 public:
  explicit Running(std::function<void()> drop) : drop_(std::move(drop)) {}
  ~Running() override { drop_(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  std::function<void()> drop_;
};

}  // namespace

HttpClient::HttpClient(Loop& loop, std::string ca_file)
    : loop_(loop), ca_file_(std::move(ca_file)), multi_(curl_multi_init()), timer_(new uv_timer_t{}) {
  uv_timer_init(loop_.uv(), timer_);
  timer_->data = this;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpClient::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpClient::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kPerHost);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, kAtAll);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKept);
}

HttpClient::~HttpClient() {
  for (const auto& [easy, transfer] : transfers_) {
    transfer->cancel();
    curl_multi_remove_handle(multi_, easy);
  }
  transfers_.clear();
  curl_multi_cleanup(multi_);
  uv_close(reinterpret_cast<uv_handle_t*>(timer_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

io::Owner HttpClient::send(io::HttpRequest request, Done done) {
  auto transfer = std::make_shared<Transfer>(std::move(request), std::move(done));
  auto ready = transfer->prepare(ca_file_);
  if (ready && curl_multi_add_handle(multi_, transfer->easy()) != CURLM_OK) {
    ready = onebot::fail(onebot::Retcode::network_error, "libcurl takes no more requests");
  }
  if (!ready) {
    loop_.post([transfer, error = ready.error()] { transfer->fail(error); });
    return std::make_unique<Running>([transfer] { transfer->cancel(); });
  }
  transfers_.emplace(transfer->easy(), transfer);
  return std::make_unique<Running>([this, weak = std::weak_ptr(transfer)] {
    const auto dropped = weak.lock();
    if (!dropped || dropped->is_cancelled()) return;  // it ended, or the client did
    dropped->cancel();
    curl_multi_remove_handle(multi_, dropped->easy());
    transfers_.erase(dropped->easy());
  });
}

int HttpClient::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* data) {
  auto& client = *static_cast<HttpClient*>(self);
  auto* watched = static_cast<Watched*>(data);
  if (what == CURL_POLL_REMOVE) {
    if (!watched) return 0;
    uv_poll_stop(&watched->poll);
    uv_close(reinterpret_cast<uv_handle_t*>(&watched->poll),
             [](uv_handle_t* handle) { delete static_cast<Watched*>(handle->data); });
    curl_multi_assign(client.multi_, socket, nullptr);
    return 0;
  }
  if (!watched) {
    watched = new Watched{.client = &client, .socket = socket};
    watched->poll.data = watched;
    uv_poll_init_socket(client.loop_.uv(), &watched->poll, socket);
    curl_multi_assign(client.multi_, socket, watched);
  }
  const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) | ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
  uv_poll_start(&watched->poll, events, [](uv_poll_t* poll, int status, int ready) {
    const auto& one = *static_cast<Watched*>(poll->data);
    const int flags = status < 0 ? CURL_CSELECT_ERR
                                 : ((ready & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
                                       ((ready & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0);
    one.client->act(one.socket, flags);
  });
  return 0;
}

int HttpClient::on_timer(CURLM*, long ms, void* self) {
  auto& client = *static_cast<HttpClient*>(self);
  if (ms < 0) return uv_timer_stop(client.timer_), 0;
  uv_update_time(client.loop_.uv());
  uv_timer_start(
      client.timer_, [](uv_timer_t* timer) { static_cast<HttpClient*>(timer->data)->act(CURL_SOCKET_TIMEOUT, 0); },
      static_cast<std::uint64_t>(ms), 0);
  return 0;
}

void HttpClient::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  collect();
}

void HttpClient::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    const auto found = transfers_.find(message->easy_handle);
    if (found == transfers_.end()) continue;
    const auto transfer = found->second;
    transfers_.erase(found);
    curl_multi_remove_handle(multi_, transfer->easy());
    transfer->end(code);
  }
}

}  // namespace bridge::net
