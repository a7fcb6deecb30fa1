// Hook: takes the platform's pushes instead of a gateway connection. A push is acknowledged when its events are on
// disk; until then, and while it is not known who the bot is, it is answered with an error and so comes again.
// Platform: dev-prepare/event-emit/webhook.

#pragma once

#include "adapters/qq/calls/api.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/feed/webhook.h"
#include "onebot/adapter.h"
#include "onebot/redial.h"

#include <memory>
#include <string>
#include <string_view>

namespace qq {

class Hook final : public Receiver {
 public:
  struct Config {
    std::string app_id{}, app_secret{};
    WebhookRules rules{};
  };
  struct Parts {
    AccessToken& token;
    Api& api;
    onebot::io::Loop& loop;
    onebot::Ingress& ingress;
    onebot::Log& log;
  };

  Hook(const Config& config, const Parts& parts, ReceiverPeer& peer);

  void start() override;
  void stop() override;
  void hold(bool on) override { held_ = on; }
  bool online() const override { return online_; }
  bool is_away() const override { return false; }  // pushes need no session
  onebot::Adapter::Trouble trouble() const override { return {why_}; }

 private:
  using Exchange = std::unique_ptr<onebot::io::Exchange>;

  void on_push(const onebot::io::HttpRequest& request, Exchange exchange);
  void deliver(const Verdict& verdict, Exchange exchange);
  void refused(Verdict verdict, Exchange exchange);
  void ask_identity();
  void asked_identity(const ApiResult& answer);
  void watch();
  void update_online();

  std::string path_;
  Webhook webhook_;
  Parts parts_;
  ReceiverPeer& peer_;
  onebot::Redial waits_;
  bool known_ = false;  // who the bot is
  bool online_ = false;
  bool held_ = false;
  std::string why_{};  // who the bot is could not be asked
  onebot::io::Owner pushes_{};
  onebot::io::Owner identity_{};  // the call, or the wait for the next
  onebot::io::Owner watch_{};
};

}  // namespace qq
