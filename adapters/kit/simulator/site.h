// Site: the HTTP side of a simulated platform: reads what comes in, finds who answers, counts what went well, and puts
// the answer into the platform's form.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace kit::simulator {

// What each platform says in its own way.
class Words {
 public:
  virtual ~Words() = default;
  // Whether it is let in, and what is said when there is no such address, included.
  virtual Reply answer(const Routes::Found& found, const Call& call) = 0;
  // The body of an answer of the usual form; null: there is none (204).
  virtual onebot::Value written(const Reply& reply, std::string_view trace) const = 0;
};

class Site final : private onebot::io::HttpService {
 public:
  struct Manner {
    std::string_view content_type = "application/json";
    std::string_view trace_header{};
    std::size_t max_body = 32 << 20;
  };

  Site(Words& words, Knobs& knobs, onebot::io::Loop& loop, Manner manner);

  // Listens, and returns the port. websockets: nullptr = it has none.
  onebot::Result<int> open(onebot::io::Server& server, onebot::io::Address address,
                           onebot::io::WebSocketService* websockets);
  // "127.0.0.1:PORT", valid after open().
  const std::string& host() const { return host_; }
  Routes& routes() { return routes_; }
  std::int64_t requests() const { return requests_; }

 private:
  void serve(onebot::io::HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  Reply answer(const onebot::io::HttpRequest& request);
  onebot::io::HttpResponse response(Reply reply, const std::string& trace) const;

  Words& words_;
  Knobs& knobs_;
  onebot::io::Loop& loop_;
  Manner manner_;
  std::string host_{};
  Routes routes_{};
  std::int64_t requests_ = 0;
  std::map<std::string, std::int64_t> calls_{};  // that went well, by method and path
  std::map<std::int64_t, onebot::io::Owner> delayed_{};
};

}  // namespace kit::simulator
