// Session: an application of OneBot 12 on one WebSocket, whichever side dialed.
// Spec: connect/communication/websocket and websocket-reverse, interface/meta/events (the order after connect).
//
//   frames = connect status_update (answer | announcement | ping | event)*

#pragma once

#include "onebot/connect/link.h"
#include "onebot/connect/refusals.h"
#include "onebot/echo.h"
#include "onebot/lifetime.h"
#include "onebot/transport.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

struct SessionOptions {
  const Refusals* refusals = nullptr;  // of the endpoint; outlives the session
  std::string remote{};                // who is at the other end
  LinkOptions link{};
};

class Session final : public Speaker {
 public:
  // http_status: of a refused upgrade, else 0. The session may be destroyed inside this call.
  using Closed = std::function<void(int code, std::string_view reason, int http_status)>;

  Session(Backend& backend, SessionOptions options, Closed closed);

  Link& link() { return link_; }
  const Link& link() const { return link_; }
  const std::string& consumer() const { return options_.link.consumer; }
  void announce(std::string_view meta_event) { link_.put(meta_event); }

  std::unique_ptr<Stream> opened(std::optional<Seq> from) override;
  void heard(std::string_view message, frame::Opcode kind) override;
  bool too_long(frame::Opcode kind, std::string_view piece, bool last) override;
  void ended(int code, std::string_view reason, int http_status) override;

 private:
  struct Asked {           // what an answer needs of its request
    std::string action{};  // its name; "": it is none
    Echo echo{};
    Encoding encoding = Encoding::json;
  };
  void answer(const ActionResult& result, const Asked& asked);

  Backend& backend_;
  const SessionOptions options_;
  const Closed closed_;
  std::optional<EchoReader> passing_;  // of a request that is too long
  Lifetime lifetime_;                  // an answer may come after our end
  Link link_;
};

}  // namespace onebot::connect
