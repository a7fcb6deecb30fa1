#include "bridge/net/http_client.h"

#include "bridge/net/transfer.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr long kPerHost = 16;  // connections; more requests wait for one
constexpr long kKept = 32;     // idle connections
constexpr long kAtAll = 256;

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

HttpClient::HttpClient(Loop& loop, std::string ca_file) : loop_(loop), ca_file_(std::move(ca_file)), curl_(loop) {
  curl_multi_setopt(curl_.multi(), CURLMOPT_MAX_HOST_CONNECTIONS, kPerHost);
  curl_multi_setopt(curl_.multi(), CURLMOPT_MAX_TOTAL_CONNECTIONS, kAtAll);
  curl_multi_setopt(curl_.multi(), CURLMOPT_MAXCONNECTS, kKept);
}

HttpClient::~HttpClient() {
  for (const auto& [easy, transfer] : transfers_) {
    transfer->cancel();
    curl_.remove(easy);
  }
}

io::Owner HttpClient::send(io::HttpRequest request, Done done) {
  auto transfer = std::make_shared<Transfer>(std::move(request), std::move(done));
  auto ready = transfer->prepare(ca_file_);
  CURL* const easy = transfer->easy();
  if (ready && !curl_.add(easy, [this, easy](CURLcode code) { end(easy, code); })) {
    ready = onebot::fail(onebot::Retcode::network_error, "libcurl takes no more requests");
  }
  if (!ready) {
    loop_.post([transfer, error = ready.error()] { transfer->fail(error); });
    return std::make_unique<Running>([transfer] { transfer->cancel(); });
  }
  transfers_.emplace(easy, transfer);
  return std::make_unique<Running>([this, weak = std::weak_ptr(transfer)] {
    const auto dropped = weak.lock();
    if (!dropped || dropped->is_cancelled()) return;  // it ended, or the client did
    dropped->cancel();
    curl_.remove(dropped->easy());
    transfers_.erase(dropped->easy());
  });
}

void HttpClient::end(CURL* easy, CURLcode code) {
  const auto ended = transfers_.extract(easy);
  curl_.remove(easy);
  if (!ended.empty()) ended.mapped()->end(code);
}

}  // namespace bridge::net
