// HTTP: applications ask for actions. OneBot 11, communication/http.
//
//   GET | POST ["/" self_id] "/" action     parameters in the query, a form or a JSON object
//   POST ["/" self_id] "/"                  {"action", "params", "echo"}, as over a WebSocket
//   GET "/"                                 who we are, also without a token
//
// Order of checks: method 405, token 401 or 403, path 404, content type 406, body 400; from then on 200, or 404 for an
// action that there is not. With several bots and no number in the path the parameter self_id says which.

#pragma once

#include "onebot/v11/connect/section.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace onebot::v11::connect {

struct HttpOptions {
  SectionOptions section{};
  std::string host = "127.0.0.1";
  int port = 5700;
  std::string access_token{};
  std::vector<std::string> hosts{};  // see io::Address
};

class Http final : public Transport, public io::HttpService {
 public:
  Http(HttpOptions options, Means means);
  ~Http() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override {}
  void announce(std::string_view) override {}  // nothing is pushed

  std::optional<io::HttpResponse> refuse(const io::HttpRequest& head) override;
  void serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) override;
  void on_upgrade(const io::HttpRequest& upgrade) override { refusals_.protocol(upgrade, "HTTP"); }

 private:
  const Bot* bot_of(const io::HttpRequest& request, const RequestRead& read) const;

  const HttpOptions options_;
  const Means means_;
  const Refusals refusals_;
  std::unordered_map<const Bot*, std::unique_ptr<Asking>> asking_;
  bool stopped_ = false;
};

}  // namespace onebot::v11::connect
