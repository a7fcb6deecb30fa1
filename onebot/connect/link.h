// Link: one application on one WebSocket, whichever side dialed and whatever is spoken: order of frames, reading
// events, what counts as delivered, when the link is dead.
//
//   life   = attached -> open -> closing -> gone
//   frames = what the speaker says at first, (answer | announcement | ping | event)*
//
// What is said waits in an outbox that is bounded in bytes; events wait in their stream and cost nothing.

#pragma once

#include "onebot/connect/acquaintance.h"
#include "onebot/connect/confirmation.h"
#include "onebot/connect/stream.h"
#include "onebot/frame.h"
#include "onebot/transport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

// What is spoken over a link.
class Speaker {
 public:
  virtual ~Speaker() = default;
  // The link is open: what comes first is put now. What is returned gives its events from there on; nullptr: it carries
  // none. nullopt: nobody remembers where it was, and it begins with what happens next.
  virtual std::unique_ptr<Stream> opened(std::optional<Seq> from) = 0;
  virtual void heard(std::string_view message, frame::Opcode kind) = 0;
  // As WebSocketPeer::on_too_long.
  virtual bool too_long(frame::Opcode kind, std::string_view piece, bool last) = 0;
  // The link may be destroyed inside this call. http_status: of a refused upgrade, else 0.
  virtual void ended(int code, std::string_view reason, int http_status) = 0;
};

struct LinkOptions {
  std::string consumer{};         // name of the cursor it owns; "" = live only
  Acquaintance* known = nullptr;  // of that consumer; outlives the link. nullptr: nothing is remembered
  Proof proof = Proof::kernel;
  std::size_t max_frame = (1 << 20) - 1024;  // bytes of one message; Python's websockets closes at 1 MiB
  std::size_t max_outbox = 16 << 20;  // bytes of answers that wait for a peer that does not read; at least three frames
};

class Link final : public io::WebSocketPeer {
 public:
  Link(Backend& backend, LinkOptions options, Speaker& speaker);
  void attach(std::unique_ptr<io::WebSocket> socket);  // once, right after construction

  bool opened() const { return confirmation_ != nullptr; }  // ever
  bool is_open() const { return life_ == Life::open; }
  const LinkOptions& options() const { return options_; }
  const std::string& location() const { return location_; }  // where a refused upgrade pointed to; "" when nowhere
  bool ends() const { return life_ == Life::closing || life_ == Life::gone; }
  void wake();  // there are events, or there may be room for them
  void put(std::string_view message, frame::Opcode kind = frame::Opcode::text);
  // A request has begun, and has been answered: who asks too much is not read for a while.
  void begun();
  void done();
  void close(int code, std::string_view reason);  // the speaker is told once the socket has ended, or after a while
  void leave(int code, std::string_view reason);  // the same, and the speaker is not told; destroy it next

  void on_open() override;
  void on_text(std::string_view text) override;
  void on_binary(std::string_view message) override;
  void on_pong(std::string_view payload) override;
  bool on_too_long(Kind kind, std::string_view piece, bool last) override;
  std::string_view next_frames() override;
  void on_refused(const io::Headers& headers) override;
  void on_close(int code, std::string_view reason, int http_status) override;

 private:
  enum class Life { attached, open, closing, gone };

  std::string_view events();
  std::string_view given(std::string_view frames);
  Seq position() const { return stream_ ? stream_->position() : 0; }
  void settle();  // asks the socket what has arrived, and moves the cursor
  void confirm();
  void confirm_quiet();
  void go_around();
  void learn();
  void tick();
  void arm(std::chrono::milliseconds delay);
  void tick_in(std::chrono::milliseconds delay);  // a short one
  void report_skipped();

  Backend& backend_;
  const LinkOptions options_;
  Speaker* speaker_;  // nullptr: it is told nothing any more
  Life life_ = Life::attached;
  std::string location_;
  std::unique_ptr<Confirmation> confirmation_;  // from on_open() on
  std::unique_ptr<Stream> stream_;
  std::string outbox_;         // whole frames
  std::string sending_;        // what next_frames() last returned, unless it was of the stream
  std::uint64_t given_ = 0;    // bytes, of this connection
  std::uint64_t skipped_ = 0;  // of stream_, as far as reported
  Seq read_to_ = 0;            // of stream_, when that was reported
  Seq sent_to_ = 0;            // of stream_, when events were last given
  Seq confirmed_ = 0;
  std::optional<bool> answers_;                    // pings, as far as reported
  std::size_t running_ = 0;                        // requests without an answer yet
  bool held_ = false;                              // the socket reads nothing until some of them are answered
  bool asked_ = false;                             // the socket knows that there is something to send
  std::optional<std::chrono::milliseconds> soon_;  // when timer_ is due, if it is a short one
  io::Owner timer_;
  std::unique_ptr<io::WebSocket> socket_;  // last: it ends first, and calls nobody then
};

}  // namespace onebot::connect
