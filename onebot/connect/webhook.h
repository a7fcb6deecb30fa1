// Webhook: every event is posted to a URL, one at a time, in order. Spec: connect/communication/http-webhook.
//
//   push   = status_update (until it succeeded), then (heartbeat | status_update | event)*
//   answer = 204 | 200 [list of actions]: success.  Anything else, or nothing: failure.
//
// A failed event is pushed again, with the same id, after a growing pause: until delivery.replay is over while the
// application is away (no answer, or one that says so), up to kMaxRefusals times when it refuses the event. A heartbeat
// goes out when nothing else does, or not at all. The place moves past events of bots that are not served every few
// seconds.

#pragma once

#include "onebot/connect/action_list.h"
#include "onebot/connect/head.h"
#include "onebot/connect/refusals.h"
#include "onebot/redial.h"
#include "onebot/transport.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::connect {

struct WebhookOptions {
  std::string name{};  // its place follows it; "": it follows the url
  std::string url{};
  std::string access_token{};
  std::string secret{};                      // signs every push; "": none does
  std::chrono::milliseconds timeout{5'000};  // 0 = none
  std::string consumer{};                    // name of its cursor without a name; "": made from the url
  std::vector<std::string> bots{};           // see connect::Methods
};

class Webhook final : public Transport {
 public:
  static constexpr int kMaxRefusals = 8;

  Webhook(WebhookOptions options, Backend& backend, Implementation implementation);
  ~Webhook() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override { pump(); }
  void announce(std::string_view meta_event) override;

  static std::string consumer_name(std::string_view url);

 private:
  enum class Kind { status, heartbeat, event };
  struct Push {
    Kind kind = Kind::event;
    Seq seq = 0;  // of an event
    std::string body{};
  };
  // What became of a push that is no success.
  struct Failure {
    bool answered = false;
    bool away = true;                                 // else it refuses what was pushed
    std::optional<std::chrono::milliseconds> wait{};  // as the application wishes
  };

  void pump();
  std::optional<Push> pick();
  std::optional<Push> pick_event();
  void send(Push push);
  void ended(const Push& push, const Result<io::HttpResponse>& answer);
  void succeeded(const Push& push, const io::HttpResponse& answer);
  Failure failure_of(const Result<io::HttpResponse>& answer) const;
  void failed(const Push& push, const Failure& failure);
  void status_failed(const Failure& failure);
  void event_failed(Seq seq, const Failure& failure);
  io::Headers headers(const Push& push) const;
  void confirm(Seq next);
  void confirm_quiet();
  void read_from(Seq position);
  void pause(const Failure& failure);

  const WebhookOptions options_;
  const std::string consumer_;  // name of its cursor
  Backend& backend_;
  const Implementation implementation_;
  const Refusals refusals_;
  ActionList actions_;
  bool running_ = false;
  Redial redial_;

  std::optional<std::string> status_;  // to be pushed; the newest only
  int status_refusals_ = 0;
  bool status_parked_ = false;            // refused too often: events go on, and it is tried now and then
  std::optional<std::string> heartbeat_;  // the newest only
  std::chrono::milliseconds heartbeat_at_{};

  Seq confirmed_ = 0;
  bool reread_ = false;  // the last event failed: read again from confirmed_
  std::optional<EventLog::Reader> reader_;
  std::uint64_t skipped_ = 0;  // of reader_, as far as reported
  Seq failing_ = 0;            // the event that failed last
  int refused_ = 0;            // so often

  io::Owner pushing_;       // the one push in flight
  io::Owner pausing_;       // before the next attempt
  io::Owner status_timer_;  // while the status is parked
  io::Owner quiet_;         // until the place moves past what is not told here
};

}  // namespace onebot::connect
