// Recovery: what follows from the loss of a gateway connection: whether there is a next one, what it begins with, and
// when. No I/O. Platform: dev-prepare/event-emit/websocket.

#pragma once

#include "adapters/kit/jitter.h"
#include "adapters/qq/feed/gateway.h"
#include "onebot/adapter.h"
#include "onebot/redial.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace qq {

class Recovery {
 public:
  struct Loss {
    Next next = Next::resume;
    std::string why{};
    std::optional<std::chrono::milliseconds> pause{};  // else that of `next`
    onebot::LogLevel level = onebot::LogLevel::info;
    std::chrono::milliseconds waited{0};  // of the pause, already
  };
  // An op 9. The platform closes the connection behind it, and the code of the close is the reason; but not always.
  struct Invalid {
    bool identifying = false;  // before there was a session
    bool resumable = false;
    std::chrono::milliseconds at{0};
  };

  // random: for jitter.
  explicit Recovery(kit::Random random) : waits_(kBackoff, std::move(random)) {}

  void opened(std::chrono::milliseconds now) { opened_at_ = now; }
  void identified() { token_renewed_ = false; }
  void settled() {  // READY or RESUMED has come
    resumed_again_ = false;
    vain_resumes_ = 0;
  }
  void worked() { waits_.reset(); }  // and something more behind it

  // Counts a loss. True: it is the last, and the bot stays offline.
  bool lost(Next next, std::chrono::milliseconds now);
  // The wait that a loss leads to; of fewer_intents it does not know, since that depends on what is left to ask for.
  std::chrono::milliseconds pause(Next next);
  std::chrono::milliseconds short_pause();  // 1 to 5 s, as the platform wants between a refusal and the next attempt
  std::chrono::milliseconds long_pause();   // 10 min: only the operator, or time, will help
  std::chrono::milliseconds backed_off() { return waits_.next(); }  // grows with each attempt
  // After connections that ended at once, one after the other, it is most of a minute at least.
  std::chrono::milliseconds bounded(std::chrono::milliseconds pause);

  // A wait as long as the platform says, and a moment.
  std::chrono::milliseconds as_told(std::chrono::milliseconds wait);
  // What an op 9 means when no close behind it says why. fixed_url: the token has not been used for a discovery.
  Loss without_cause(const Invalid& invalid, bool fixed_url, std::chrono::milliseconds now);
  // What follows from the loss of a connection that was to resume a session: after a few in a row on which nothing was
  // heard of it, the session is taken for lost, whatever the closes say.
  Loss without_vain_resumes(Loss loss);

 private:
  Loss invalid_session(bool resumable);
  Loss refused_to_identify(bool fixed_url);

  onebot::Redial waits_;
  std::optional<std::chrono::milliseconds> opened_at_{};
  int short_losses_ = 0;        // connections in a row that ended within 5 s
  int vain_resumes_ = 0;        // in a row
  bool resumed_again_ = false;  // the one more resume after an op 9 was used
  bool wrong_once_ = false;     // 4001 or 4002 came once
  bool token_renewed_ = false;  // after an op 9, before intents are suspected
};

}  // namespace qq
