// LongConnections: the platform's side of the long connection: where it goes, tickets that serve once, deliveries in
// frames and what the bridge says to them; and, on demand, all that can go wrong with it.

#pragma once

#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/frame.h"
#include "adapters/kit/simulator/deliveries.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/socket.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace feishu::simulator {

class LongConnections final : public onebot::io::WebSocketService {
 public:
  static constexpr std::size_t kMost = 50;  // at a time, as the platform allows one app
  static constexpr std::int32_t kService = 33554678;

  struct Settings {
    ClientConfig config{};
    std::size_t parts = 1;                     // every message comes in so many
    bool reversed = false;                     // the last part first
    bool doubled = false;                      // every part twice
    int lost = 0;                              // of the next so many messages, the last part is not sent
    std::chrono::milliseconds patience{3000};  // for an acknowledgement
  };
  // status 0: nothing was said in time. answer: what the platform shall show, as JSON.
  using Done = kit::simulator::Deliveries::Told;

  explicit LongConnections(onebot::io::Loop& loop);
  ~LongConnections() override;

  void add_to(kit::simulator::Knobs& knobs);
  // The answer to a discovery, whose app is known. host: "127.0.0.1:PORT".
  onebot::Fields discover(std::string_view host);
  bool wanted() const { return discoveries_ > 0; }  // some bridge means to receive this way
  bool is_open() const { return !connections_.empty(); }

  // Over one of the connections; done is not called inside.
  [[nodiscard]] onebot::io::Owner send(std::string_view type, std::string_view body, Done done);

  // io::WebSocketService
  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& upgrade) override;
  onebot::io::WebSocketPeer* accept(const onebot::io::HttpRequest& upgrade,
                                    std::unique_ptr<onebot::io::WebSocket> socket) override;

 private:
  class Connection;
  class Expecting;
  struct Expected {
    Done done{};
    onebot::io::Owner timer{};
  };

  void set(onebot::json::View change);  // settings, by their names
  onebot::Fields state() const;
  std::string config_json() const;
  std::vector<Frame> frames_of(std::string_view type, const std::string& id, std::string_view body);
  void acknowledged(const Frame& frame);
  void finish(const std::string& id, int status, std::string answer);

  onebot::io::Loop& loop_;
  Settings settings_{};
  kit::simulator::Faults discovery_{}, handshake_{};  // of the next attempts
  std::set<std::string, std::less<>> tickets_{};
  kit::simulator::Sockets<Connection> connections_;
  std::map<std::string, Expected> expected_{};     // by message id
  std::deque<onebot::Fields> acknowledgements_{};  // the newest thousand
  std::int64_t discoveries_ = 0, opened_ = 0, pings_ = 0, unexpected_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace feishu::simulator
