// HttpConnection: one client of an HTTP server, request after request, until it is upgraded or ends.
//
//   head -> [refused] -> body -> serving -> answer, written only when the stream can take it -> the next head
//                         `-> [too long: it passes] -'
//
// An answer that somebody asks about is settled by the next head or the end of the connection; one that is to end the
// connection therefore leaves the client a moment to end it itself (parting).
//
// Requests behind the one being served wait, at most 16 KiB of them. Every state has a deadline but serving.

#pragma once

#include "bridge/net/chunked_body.h"
#include "bridge/net/request_head.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <cstdint>
#include <memory>
#include <string>

namespace bridge::net {

struct ServerLimits {
  std::size_t connections = 1024;             // per address; more are closed at once
  std::chrono::milliseconds request{30'000};  // for the head and the body of one request, however they trickle
  std::chrono::milliseconds idle{60'000};     // between two requests of a connection
  std::chrono::milliseconds stalled{30'000};  // for the client to take anything of an answer
};

struct Services {
  onebot::io::HttpService* http = nullptr;
  onebot::io::WebSocketService* websocket = nullptr;
};

class HttpConnection : public StreamUser, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(onebot::io::Loop& loop, std::shared_ptr<Stream> stream, const Services& services, std::size_t max_body,
                 const ServerLimits& limits, std::string remote);

  void on_bytes(std::string_view bytes) override;
  void on_writable() override;
  void on_gone(std::string_view why) override;

 private:
  class Exchange;
  using Written = onebot::Told<bool>;  // whether the client has the answer
  enum class State { head, body, serving, answering, parting, over };
  void expect(std::chrono::milliseconds limit);
  void late();
  void process();
  bool take_head();
  bool take_body();
  void take_part(std::string_view part);
  void end_body();
  bool pass();  // whether somebody reads over a body that is too long
  bool take_chunks();
  void begin(RequestHead head);
  void upgrade();
  void serve();
  void refuse(onebot::io::HttpResponse response);  // answers, and ends the connection
  void refuse_long();
  void answer(onebot::io::HttpResponse response, Written written);
  void answer_written();
  void answered();
  bool acknowledged() const;
  void settle(bool written);
  void part();

  onebot::io::Loop& loop_;
  std::shared_ptr<Stream> stream_;  // nullptr: gone, or handed on
  const Services& services_;
  std::size_t max_body_;
  ServerLimits limits_;
  const std::string remote_;  // "192.0.2.1:50000"
  State state_ = State::head;
  std::string input_;  // read, and not yet looked at
  RequestHead head_;
  std::size_t read_ = 0;                        // of the body, when its length was announced
  std::unique_ptr<onebot::io::LongBody> long_;  // while one passes that is too long
  ChunkedBody chunks_;                          // when the body comes in chunks
  std::uint64_t requests_ = 0;                  // heads read
  unsigned number_ = 0;                         // of the request, so that a late answer to an earlier one is dropped
  std::string answer_;                          // the head of the answer, or an interim one
  std::string body_;                            // of the answer; written from where it lies
  std::size_t sent_ = 0;
  bool close_after_ = false;
  Written written_;
  onebot::io::Owner deadline_;
};

}  // namespace bridge::net
