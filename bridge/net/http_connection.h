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

#include "bridge/net/reception.h"
#include "bridge/net/request_body.h"
#include "bridge/net/request_head.h"
#include "bridge/net/response_body.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <cstdint>
#include <memory>
#include <string>

namespace bridge::net {

class HttpConnection : public StreamUser, public std::enable_shared_from_this<HttpConnection> {
 public:
  // peer: the address of the other side, as Places and Guesses know it; remote: for log lines.
  HttpConnection(std::shared_ptr<Reception> reception, std::shared_ptr<Stream> stream, std::string peer,
                 std::string remote);

  void on_bytes(std::string_view bytes) override;
  void on_writable() override;
  void on_gone(std::string_view why) override;

 private:
  class Exchange;
  using Receipt = onebot::io::Receipt;
  using ToldReceipt = onebot::Told<Receipt>;
  enum class State { head, body, serving, answering, parting, over };
  const onebot::io::Address& address() const { return reception_->address; }
  const Services& services() const { return reception_->services; }
  const ServerLimits& limits() const { return reception_->house->limits; }
  onebot::io::Loop& loop() const { return reception_->house->loop; }
  void expect(std::chrono::milliseconds limit);
  void late();
  void process();
  bool take_head();
  bool take_body();
  void begin(RequestHead head);
  void begin_body();
  void let_go();
  void count_memory();
  void upgrade();
  void serve();
  void refuse(onebot::io::HttpResponse response);  // answers, and ends the connection
  void answer(onebot::io::HttpResponse response, ToldReceipt told);
  void answer_written();
  void answered();
  bool is_written() const { return state_ == State::head || state_ == State::parting; }  // all of the answer
  bool acknowledged() const;
  void settle(Receipt receipt);
  void part();

  // Constant after construction.
  const std::shared_ptr<Reception> reception_;
  const std::string peer_;
  const std::string remote_;  // "192.0.2.1:50000"

  std::shared_ptr<Stream> stream_;  // nullptr: gone, or handed on
  State state_ = State::head;
  bool begun_ = false;      // something of the next request has come, if only a blank line
  std::string input_;       // read, and not yet looked at
  std::size_t blanks_ = 0;  // bytes of blank lines before the head
  RequestHead head_;
  RequestBody request_body_;
  std::string caller_;  // of this request, as Guesses knows it
  std::unique_ptr<Inflight::Share> share_;
  std::uint64_t requests_ = 0;  // heads read
  unsigned number_ = 0;         // of the request, so that a late answer to an earlier one is dropped
  std::string answer_;          // the head of the answer, or an interim one
  ResponseBody body_;           // of the answer; written from where it lies
  bool close_after_ = false;
  ToldReceipt told_;  // of the answer
  onebot::io::Owner deadline_;
};

}  // namespace bridge::net
