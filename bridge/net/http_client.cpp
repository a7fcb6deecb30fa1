#include "bridge/net/http_client.h"

#include "bridge/net/transfer.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;

namespace {

constexpr long kPerHost = 16;  // connections; more requests wait for one
constexpr long kKept = 32;     // idle connections
constexpr long kAtAll = 256;

}  // namespace

// What the caller owns; dropping it cancels.
class HttpClient::Running : public io::Pending {
 public:
  Running(HttpClient& client, std::weak_ptr<Transfer> transfer) : client_(client), transfer_(std::move(transfer)) {}
  ~Running() override {
    const auto dropped = transfer_.lock();
    if (!dropped || dropped->is_cancelled()) return;  // it ended, or the client did
    dropped->cancel();
    client_.curl_.remove(dropped->easy());
    client_.transfers_.erase(dropped->easy());
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  HttpClient& client_;
  std::weak_ptr<Transfer> transfer_;  // the client's
};

HttpClient::HttpClient(Loop& loop, const Outgoing& outgoing) : loop_(loop), outgoing_(outgoing), curl_(loop) {
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
  auto ready = transfer->prepare(outgoing_);
  CURL* const easy = transfer->easy();
  if (ready && !curl_.add(easy, *this)) {
    ready = onebot::fail(onebot::Retcode::network_error, "libcurl takes no more requests");
  }
  if (!ready) {
    return loop_.after(0ms, [transfer, error = ready.error()] { transfer->fail(error); });
  }
  transfers_.emplace(easy, transfer);
  return std::make_unique<Running>(*this, transfer);
}

void HttpClient::on_done(CURL* easy, CURLcode code) {
  const auto ended = transfers_.extract(easy);
  curl_.remove(easy);
  if (!ended.empty()) ended.mapped()->end(code, outgoing_);
}

}  // namespace bridge::net
