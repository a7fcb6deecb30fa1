// Sender: send_message. Messages to one chat go out one after the other, each as an answer to what the ledger names, or
// unasked where a quota allows it.

#pragma once

#include "adapters/kit/turns.h"
#include "adapters/qq/absence.h"
#include "adapters/qq/audits.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/memory.h"
#include "onebot/action.h"
#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <string>

namespace qq {

class Sender {
 public:
  struct Parts {
    Api& api;
    onebot::io::Client& client;
    onebot::Files& files;
    onebot::io::Loop& loop;
    Memory& memory;
    Absence& absence;
    Audits* audits = nullptr;   // nullptr: a message under review has failed
    bool choose_answer = true;  // false: only a reply segment makes an answer
  };

  explicit Sender(const Parts& parts) : parts_(parts) {}

  onebot::Task<onebot::ActionResult> send(onebot::Fields params, kit::Turn& turn);
  void stop() { turns_.clear(); }  // nobody's turn comes any more

 private:
  Parts parts_;
  kit::Turns turns_{};
};

}  // namespace qq
