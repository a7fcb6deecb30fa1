// Refusals: what a client of OneBot 11 hears that is turned away, as JSON, and what the operator does about it.

#pragma once

#include "onebot/connect/refusals.h"
#include "onebot/v11/connect/ground.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

class Refusals {
 public:
  // endpoint: as log lines call it, "onebot11.websocket 127.0.0.1:6700".
  Refusals(Log& log, std::string endpoint, onebot::connect::Way way, const onebot::connect::Elsewhere& elsewhere = {})
      : told_(log, std::move(endpoint), {onebot::connect::Dialect::onebot11, way, elsewhere}) {}

  // 400: it wants to speak OneBot 12.
  std::optional<io::HttpResponse> dialect(const io::HttpRequest& upgrade) const;
  // 401 without a token, 403 with another one, 403 for a web page where no token is asked for; nullopt: it may come in.
  std::optional<io::HttpResponse> entry(const io::HttpRequest& head, std::string_view access_token) const;
  // 404. bots: what may stand first in the path; empty: nothing need.
  io::HttpResponse path(const io::HttpRequest& head, const std::vector<Number>& bots) const;
  io::HttpResponse unknown_bot(const io::HttpRequest& head) const;  // 503
  io::HttpResponse method(const io::HttpRequest& head) const;       // 405
  io::HttpResponse media_type(const io::HttpRequest& head) const;   // 406
  io::HttpResponse consumer(const io::HttpRequest& head) const;     // 400
  io::HttpResponse stopping() const;                                // 503
  void protocol(const io::HttpRequest& head, std::string_view spoken) const;

  // As connect::Refusals::answered and ended; what is said beside the result, failed or not, about the other OneBot.
  std::string answered(std::string_view remote, std::string_view action, const ActionResult& result) const;
  void ended(std::string_view remote, std::string_view words, std::string_view url = {}) const {
    told_.ended(remote, words, url);
  }

 private:
  const onebot::connect::Refusals told_;
};

io::HttpResponse json_response(int status, std::string body);

}  // namespace onebot::v11::connect
