// Session: one application on one WebSocket, whichever side dialed.
// Spec: connect/communication/websocket and websocket-reverse, interface/meta/events (the order after connect).
//
//   life   = attached -> open -> closing -> gone
//   frames = connect status_update (answer | announcement | ping | event)*
//
// Answers and announcements wait in an outbox that is bounded in bytes; events wait in the log and cost nothing.

#pragma once

#include "onebot/connect/acquaintance.h"
#include "onebot/connect/confirmation.h"
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
  std::string consumer{};              // name of the cursor it owns; "" = live only
  Acquaintance* known = nullptr;       // of that consumer; outlives the session. nullptr: nothing is remembered
  Proof proof = Proof::kernel;
  std::size_t max_frame = (1 << 20) - 1024;  // bytes of one message; Python's websockets closes at 1 MiB
  std::size_t max_outbox = 16 << 20;  // bytes of answers that wait for a peer that does not read; at least three frames
};

class Session final : public io::WebSocketPeer {
 public:
  // http_status: of a refused upgrade, else 0. The session may be destroyed inside this call.
  using Closed = std::function<void(int code, std::string_view reason, int http_status)>;

  Session(Backend& backend, SessionOptions options, Closed closed);
  void attach(std::unique_ptr<io::WebSocket> socket);  // once, right after construction

  bool opened() const { return reader_.has_value(); }  // ever
  const std::string& consumer() const { return options_.consumer; }
  bool ends() const { return life_ == Life::closing || life_ == Life::gone; }
  void wake();  // the log has grown
  void announce(std::string_view meta_event);
  void close(int code, std::string_view reason);  // Closed is called once the socket has ended, or after a while
  void leave(int code, std::string_view reason);  // the same, and Closed is not called; destroy it next

  void on_open() override;
  void on_text(std::string_view text) override;
  void on_binary(std::string_view message) override;
  void on_pong(std::string_view payload) override;
  bool on_too_long(Kind kind, std::string_view piece, bool last) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

 private:
  enum class Life { attached, open, closing, gone };

  struct Asked {           // what an answer needs of its request
    std::string action{};  // its name; "": it is none
    Echo echo{};
    Encoding encoding = Encoding::json;
  };
  void request(std::string_view message, Encoding encoding);
  void finished(const ActionResult& result, const Asked& asked);
  void answer(const ActionResult& result, const Asked& asked);
  void put(std::string_view message, Encoding encoding);
  std::string_view events();
  std::string_view given(std::string_view frames);
  void settle();  // asks the socket what has arrived, and moves the cursor
  void confirm();
  void go_around();
  void learn();
  void tick();
  void arm(std::chrono::milliseconds delay);
  void tick_in(std::chrono::milliseconds delay);  // a short one
  void report_skipped();

  Backend& backend_;
  const SessionOptions options_;
  Closed closed_;
  Life life_ = Life::attached;
  std::unique_ptr<Confirmation> confirmation_;
  std::optional<EventLog::Reader> reader_;  // from on_open() on
  std::string outbox_;                      // whole frames
  std::string sending_;                     // what next_frames() last returned, unless it was a slice of the log
  std::uint64_t given_ = 0;                 // bytes, of this connection
  std::uint64_t skipped_ = 0;               // of reader_, as far as reported
  Seq read_to_ = 0;                         // by reader_, when that was reported
  Seq confirmed_ = 0;
  std::optional<bool> answers_;                    // pings, as far as reported
  std::size_t running_ = 0;                        // actions without an answer yet
  bool held_ = false;                              // the socket reads nothing until some of them are answered
  bool asked_ = false;                             // the socket knows that there is something to send
  std::optional<std::chrono::milliseconds> soon_;  // when timer_ is due, if it is a short one
  io::Owner timer_;
  std::optional<EchoReader> passing_;      // of a request that is too long
  Lifetime lifetime_;                      // an answer may come after our end
  std::unique_ptr<io::WebSocket> socket_;  // last: it ends first, and calls nobody then
};

}  // namespace onebot::connect
