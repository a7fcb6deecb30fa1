// Sending: one send_message under way. Its files are looked at before anything is sent, then uploaded, then its QQ
// messages go out one after the other, each as an answer to what the ledger names, or unasked where a quota allows it.

#pragma once

#include "adapters/qq/audits.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/consent.h"
#include "adapters/qq/known_messages.h"
#include "adapters/qq/messages/compose.h"
#include "adapters/qq/messages/media.h"
#include "adapters/qq/people.h"
#include "adapters/qq/quotas.h"
#include "adapters/qq/replies.h"
#include "onebot/action.h"
#include "onebot/io.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qq {

class Sending {
 public:
  struct Desk {
    Upload::Desk media;
    Replies& replies;
    Messages& messages;
    const Consent& consent;
    Quotas& quotas;
    People& people;
    Audits* audits = nullptr;   // nullptr: a message under review has failed
    bool choose_answer = true;  // false: only a reply segment makes an answer
  };
  struct Order {
    Chat chat{};  // of a guild's user that nobody has written to yet, openid is ""
    Composed composed{};
    std::string user{};   // of direct messages in a guild: whom
    std::string guild{};  // the channel's; of direct messages: one that both are in
  };

  // done: last of all, once; may destroy this.
  Sending(const Desk& desk, Order order, std::function<void(onebot::ActionResult)> done);

  void start();

 private:
  void open_direct();
  void open_file(std::size_t number);
  void upload(std::size_t number);
  void send_part();
  void post();
  ApiRequest request() const;
  void answered(ApiResult result);
  void wait_for_audit(const std::string& audit_id);
  void told(const std::string& id, onebot::json::View body);
  void go_on();
  bool try_otherwise(const Failure& failure);
  onebot::Status keep(const std::string& id, onebot::json::View body);
  void fail(onebot::Error error);
  void finish(onebot::ActionResult result);

  const Part& part() const { return order_.composed.parts[at_]; }
  onebot::io::Loop& loop() const { return desk_.media.loop; }
  const std::string& answered_id() const { return answer_->msg_id.empty() ? answer_->event_id : answer_->msg_id; }

  Desk desk_;
  Order order_;
  std::function<void(onebot::ActionResult)> done_;
  std::vector<onebot::File> files_{};      // one to each part; empty where a part has none
  std::vector<std::string> file_infos_{};  // the same
  std::size_t at_ = 0;
  std::optional<Answer> answer_{};  // absent: an active message
  std::string index_{};             // of the quoted message
  bool repeated_ = false;           // the same again, because no answer came
  std::string first_id_{};          // "": not sent yet, or arrived without an answer
  double time_ = 0;
  std::optional<Upload> upload_{};
  onebot::io::Owner call_{};
};

}  // namespace qq
