#include "bridge/net/curl_loop.h"

#include <utility>

namespace bridge::net {

// One socket of libcurl's. It outlives the end of watching by the turn that libuv needs to close it.
struct CurlLoop::Watched {
  uv_poll_t poll{};
  CurlLoop& curl;
  curl_socket_t socket = 0;
};

CurlLoop::CurlLoop(Loop& loop) : loop_(loop), multi_(curl_multi_init()), timer_(new uv_timer_t{}) {
  uv_timer_init(loop_.uv(), timer_);
  timer_->data = this;
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlLoop::~CurlLoop() {
  for (const auto& [easy, user] : running_) curl_multi_remove_handle(multi_, easy);
  curl_multi_cleanup(multi_);
  uv_close(reinterpret_cast<uv_handle_t*>(timer_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

bool CurlLoop::add(CURL* easy, CurlUser& user) {
  if (curl_multi_add_handle(multi_, easy) != CURLM_OK) return false;
  running_.emplace(easy, &user);
  return true;
}

void CurlLoop::remove(CURL* easy) {
  running_.erase(easy);
  curl_multi_remove_handle(multi_, easy);
}

int CurlLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* data) {
  auto& curl = *static_cast<CurlLoop*>(self);
  auto* watched = static_cast<Watched*>(data);
  if (what == CURL_POLL_REMOVE) {
    if (!watched) return 0;
    uv_poll_stop(&watched->poll);
    uv_close(reinterpret_cast<uv_handle_t*>(&watched->poll),
             [](uv_handle_t* handle) { delete static_cast<Watched*>(handle->data); });
    curl_multi_assign(curl.multi_, socket, nullptr);
    return 0;
  }
  if (!watched) {
    watched = new Watched{.curl = curl, .socket = socket};
    watched->poll.data = watched;
    uv_poll_init_socket(curl.loop_.uv(), &watched->poll, socket);
    curl_multi_assign(curl.multi_, socket, watched);
  }
  const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) | ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
  uv_poll_start(&watched->poll, events, [](uv_poll_t* poll, int status, int ready) {
    const auto& one = *static_cast<Watched*>(poll->data);
    const int flags = status < 0 ? CURL_CSELECT_ERR
                                 : ((ready & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
                                       ((ready & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0);
    one.curl.act(one.socket, flags);
  });
  return 0;
}

int CurlLoop::on_timer(CURLM*, long ms, void* self) {
  auto& curl = *static_cast<CurlLoop*>(self);
  if (ms < 0) return uv_timer_stop(curl.timer_), 0;
  uv_update_time(curl.loop_.uv());
  uv_timer_start(
      curl.timer_, [](uv_timer_t* timer) { static_cast<CurlLoop*>(timer->data)->act(CURL_SOCKET_TIMEOUT, 0); },
      static_cast<std::uint64_t>(ms), 0);
  return 0;
}

void CurlLoop::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  collect();
}

void CurlLoop::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    auto ended = running_.extract(message->easy_handle);
    if (!ended.empty()) ended.mapped()->on_done(message->easy_handle, code);
  }
}

}  // namespace bridge::net
