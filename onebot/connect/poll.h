// Poll: get_latest_events of one HTTP endpoint. Spec: interface/meta/actions (get_latest_events).
//
//   call  = collecting -> answered | waiting -> collecting ...
//
// There is no buffer: the endpoint is a cursor over the log. What was answered is gone once its client has the answer;
// else the next call gets it again. A client shows it by asking again on its connection. One that takes a connection
// for each call can only end it, as one does that is killed: that counts unless somebody has asked again on a
// connection lately.

#pragma once

#include "onebot/connect/asker.h"
#include "onebot/lifetime.h"
#include "onebot/transport.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace onebot::connect {

// Where the newest events are of an endpoint that is not told all: so many of its own, whatever came between them.
class NewestEvents {
 public:
  NewestEvents(Backend& backend, Seq from, std::size_t most);

  void read();  // the log has grown
  void forget(Seq before);
  Seq begin() const { return places_.size() < most_ ? 0 : places_.front(); }
  std::uint64_t left_out() const { return left_out_; }  // before begin(), and not forgotten

 private:
  const std::size_t most_;
  std::deque<Seq> places_;
  std::uint64_t left_out_ = 0;
  EventLog::Reader reader_;
};

class Poll {
 public:
  // buffer_size: only that many newest events are offered; 0 = all.
  Poll(Backend& backend, std::string consumer, std::int64_t buffer_size);
  ~Poll() { stop(); }

  void serve(const Fields& params, Asker asker);
  void wake();  // the log has grown
  void stop();  // a waiting call is answered with no events

 private:
  struct Call {
    Asker asker{};
    std::int64_t limit = 0;                // 0 = none
    std::chrono::milliseconds timeout{0};  // 0: answered as soon as the log is known to hold nothing
    std::string events{};                  // JSON, separated by commas
    std::int64_t count = 0;
    bool begun = false;  // what became of the last answer is known, or will not be
  };

  void begin(int tries);
  void rewind();  // to the first event that the application does not have
  Seq buffer_begin() const;
  void collect();
  bool take();  // one more event into the call; false: none at hand
  bool full() const;
  void answer();
  void heard(io::Receipt receipt, Seq next, std::uint64_t left_out);
  void written(Seq next, std::uint64_t left_out);
  bool settle();  // false: what became of the last answer is not known yet

  Backend& backend_;
  const std::string consumer_;
  const Seq buffer_size_;
  Seq confirmed_;
  EventLog::Reader reader_;
  std::optional<NewestEvents> newest_;  // of a buffer that has a bound, where not all events are told
  std::uint64_t left_out_ = 0;          // by the last rewind()
  std::uint64_t skipped_before_ = 0;    // reader_.skipped() at that time
  struct Given {                        // the last answer, as long as nothing is known of it
    std::unique_ptr<io::Exchange> exchange{};
    Seq next = 0;
    std::uint64_t left_out = 0;
  };
  std::optional<Given> given_;
  int endings_ = 0;  // in a row: of connections after a single request
  int enough_ = 1;   // so many, and such an ending says that the client has the answer
  std::optional<Call> call_;
  io::Owner timer_, settling_;
  Lifetime lifetime_;  // an answer may be written after our end
};

}  // namespace onebot::connect
