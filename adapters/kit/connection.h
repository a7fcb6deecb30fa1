// Connection: one WebSocket to a platform, kept up for ever.
//
//   stopped --> waiting -> preparing -> opening -> open
//                  ^           |           |         |
//                  +-----------+-----------+---------+   whatever is lost
//
// preparing: the platform finds out where to connect, which may take calls and a token. A loss is a close, a refusal, a
// silence, a platform that does not read what is said, or what the platform makes of what it hears; each leads to
// another attempt, unless it is final. While it is held nothing is read, so that silence proves nothing.
//
// A text that is not UTF-8 is repaired and goes on; a message that is too long is read over. Closing for one would
// bring it back with the next connection.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace kit {

// Why there is no connection, and what follows.
struct Loss {
  std::string why{};
  std::chrono::milliseconds pause{0};  // before the next attempt
  std::string_view then = "retry";     // what that one is for, in the log
  onebot::LogLevel level = onebot::LogLevel::info;
  bool final = false;  // there is no next attempt
};

// An end that nobody here has decided.
struct Ending {
  std::string why{};
  int code = 0;         // of the close, 1006 where there was none; 0: it was given up
  int http_status = 0;  // of a refused upgrade
  onebot::io::Headers headers{};
  bool ours = false;  // this side closed, for what came could not be read
};

// What a platform knows of its connection.
class ConnectionPeer {
 public:
  using Address = std::expected<std::string, Loss>;

  virtual ~ConnectionPeer() = default;
  virtual onebot::Task<Address> prepare() = 0;  // where to connect; dropped when the connection is stopped
  virtual void on_open() = 0;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view) {}
  virtual void on_passed_over() {}  // a message beyond 16 MiB has passed, and nobody knows what it said
  // What the other side says of its close, before anybody hears of it: without what nobody may hear.
  virtual std::string as_told(std::string reason) const { return reason; }
  virtual Loss on_end(const Ending& ending) = 0;
};

class Connection final : private onebot::io::WebSocketPeer {
 public:
  // What waits for a platform that does not read. A new connection is worth more than what is said over the old.
  static constexpr std::size_t kMostWaiting = 256 << 10;
  static constexpr std::chrono::seconds kOpening{15};

  struct Parts {
    onebot::io::Loop& loop;
    onebot::io::Client& client;
    onebot::Log& log;
  };
  // name: in log lines, "gateway".
  Connection(std::string name, const Parts& parts, ConnectionPeer& peer)
      : name_(std::move(name)), parts_(parts), peer_(peer) {}
  ~Connection() override { stop(); }
  Connection(const Connection&) = delete;

  void start();  // while it is kept up, again does nothing
  void stop();   // the peer is not called any more
  // true: nothing is read until hold(false).
  void hold(bool on);
  bool held() const { return held_; }
  bool is_open() const { return phase_ == Phase::open; }
  const std::string& name() const { return name_; }
  const Loss& last_loss() const { return last_loss_; }

  // While it is open. Neither calls the peer inside.
  void send_text(std::string_view text);
  void send_binary(std::string_view bytes);
  // It ends with on_end() unless heard() comes in time, or another expectation. What is heard is the platform's to say.
  void expect(std::chrono::milliseconds patience, std::string_view or_else);
  void heard() { watch_.reset(); }
  // The platform gives it up; within any call of the peer.
  void lose(Loss loss);

 private:
  enum class Phase { stopped, waiting, preparing, opening, open };

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view text) override;
  void on_binary(std::string_view bytes) override;
  bool on_broken_text(std::string_view bytes) override;
  bool on_too_long(Kind kind, std::string_view piece, bool last) override;
  void on_broken(std::string_view why) override { fault_ = why; }
  std::string_view next_frames() override;
  void on_refused(const onebot::io::Headers& headers) override { refusal_ = headers; }
  void on_close(int code, std::string_view reason, int http_status) override;

  void begin();
  void dial(const std::string& url);
  void wrote();
  void drop();

  std::string name_;
  Parts parts_;
  ConnectionPeer& peer_;

  Phase phase_ = Phase::stopped;
  bool held_ = false;
  Loss last_loss_{};
  std::string waiting_{}, writing_{};  // frames
  onebot::io::Headers refusal_{};      // of the upgrade under way
  std::string fault_{};                // of what came
  std::size_t passed_ = 0;             // bytes of a message that is read over
  std::unique_ptr<onebot::io::WebSocket> socket_{};
  onebot::io::Owner preparation_{}, timer_{}, watch_{}, unread_{}, drop_{};
};

}  // namespace kit
