// HTTP: applications post action requests to us, and may poll events. Spec: connect/communication/http.
//
// Order of checks: path 404, method 405, token 401, content type 415; from then on always 200 and a retcode.

#pragma once

#include "onebot/connect/poll.h"
#include "onebot/connect/refusals.h"
#include "onebot/lifetime.h"
#include "onebot/transport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace onebot::connect {

struct HttpOptions {
  std::string name{};  // its place follows it; "": it follows host and port
  std::string host = "127.0.0.1";
  int port = 5700;
  std::string access_token{};
  bool event_enabled = true;           // get_latest_events
  std::int64_t event_buffer_size = 0;  // events kept for it; 0 = no limit
  std::vector<std::string> hosts{};    // see io::Address
  Elsewhere elsewhere{};               // OneBot 11
  std::vector<std::string> bots{};     // see connect::Methods
};

class Http final : public Transport, public io::HttpService {
 public:
  Http(HttpOptions options, Backend& backend);
  ~Http() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view) override {}  // nothing is pushed, and meta events are not polled

  std::optional<io::HttpResponse> refuse(const io::HttpRequest& head) override;
  void serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) override;
  std::unique_ptr<io::LongBody> serve_long(const io::HttpRequest& head) override;
  void on_upgrade(const io::HttpRequest& upgrade) override { refusals_.protocol(upgrade, "HTTP"); }

 private:
  void act(Action action, Asker asker);
  void answer(std::uint64_t number, const ActionResult& result);

  const HttpOptions options_;
  Backend& backend_;
  const Refusals refusals_;
  std::optional<Poll> poll_;                          // when events are enabled, from start() on
  std::unordered_map<std::uint64_t, Asker> waiting_;  // for their actions
  std::uint64_t count_ = 0;
  bool stopped_ = false;
  Lifetime lifetime_;  // an answer may come after our end
};

}  // namespace onebot::connect
