#include "bridge/net/loop.h"

#include <libwebsockets.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>
#include <utility>

namespace bridge::net {
namespace {

// Tables of file descriptors are as long as the limit: more would cost memory in every process.
constexpr rlim_t kDescriptors = 8192;
constexpr int kLastTurns = 64;  // for what must end at the end; an endless look-up is not waited for

void set_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_max, kDescriptors);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

lws_context* make_context(void** loops) {
  lws_set_log_level(0, nullptr);  // what matters comes as an error or an on_close()
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.foreign_loops = loops;
  info.pt_serv_buf_size = 32 << 10;
  info.max_http_header_data = 16 << 10;
  info.timeout_secs = 15;
  info.gid = -1;
  info.uid = -1;
  return lws_create_context(&info);
}

// Nothing can be done without a loop, and nobody can be told by one.
[[noreturn]] void cannot_be(std::string_view why) {
  std::fprintf(stderr, "onebridge: no event loop can be made: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

}  // namespace

Loop::Loop() : uv_(new uv_loop_t{}) {
  std::signal(SIGPIPE, SIG_IGN);
  set_descriptor_limit();
  if (const int error = uv_loop_init(uv_); error != 0) cannot_be(uv_strerror(error));
  wake_.data = this;
  uv_async_init(uv_, &wake_, [](uv_async_t* handle) { static_cast<Loop*>(handle->data)->run_posted(); });
  foreign_[0] = uv_;
  context_ = make_context(foreign_.data());
  if (!context_) cannot_be("libwebsockets has no libuv event library (Debian: libwebsockets-evlib-uv)");
}

Loop::~Loop() {
  posted_.clear();
  lws_context_destroy(context_);
  for (auto& signal : signals_) {
    if (signal.data) uv_close(reinterpret_cast<uv_handle_t*>(&signal), nullptr);
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
  for (int i = 0; i < kLastTurns && uv_run(uv_, UV_RUN_NOWAIT) != 0; ++i) {
  }
  lws_context_destroy(context_);  // on a foreign loop the first call only begins it
  uv_run(uv_, UV_RUN_NOWAIT);
  // A look-up still under way in libuv's own thread will touch the loop: it is left to the end of the process.
  if (uv_loop_close(uv_) == 0) delete uv_;
}

void Loop::run() { uv_run(uv_, UV_RUN_DEFAULT); }

void Loop::stop() {
  post([this] { uv_stop(uv_); });
}

void Loop::on_signal(onebot::Then task) {
  on_signal_ = std::move(task);
  static constexpr std::array kNumbers = {SIGTERM, SIGINT};
  for (std::size_t i = 0; i < signals_.size(); ++i) {
    if (signals_[i].data) continue;
    uv_signal_init(uv_, &signals_[i]);
    signals_[i].data = this;
    uv_signal_start(
        &signals_[i], [](uv_signal_t* handle, int) { static_cast<Loop*>(handle->data)->on_signal_(); }, kNumbers[i]);
  }
}

void Loop::post(onebot::Then task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  uv_async_send(&wake_);
}

onebot::io::Owner Loop::after(std::chrono::milliseconds delay, onebot::Then task) {
  return std::make_unique<Timer>(uv_, delay, std::move(task));
}

std::chrono::milliseconds Loop::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

double Loop::wall() const {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void Loop::run_posted() {
  std::vector<onebot::Then> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (auto& task : tasks) std::exchange(task, nullptr)();
}

}  // namespace bridge::net
