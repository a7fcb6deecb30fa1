// Hook: takes the platform's pushes instead of a gateway connection. A push is acknowledged when its events are on
// disk; until then, and while it is not known who the bot is, it is answered with an error and so comes again.
// Platform: dev-prepare/event-emit/webhook.

#pragma once

#include "adapters/kit/identity.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/feed/webhook.h"
#include "onebot/adapter.h"

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
    kit::Identity& identity;
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
  onebot::Adapter::Trouble trouble() const override { return {parts_.identity.trouble()}; }

 private:
  using Exchange = std::unique_ptr<onebot::io::Exchange>;

  void on_push(const onebot::io::HttpRequest& request, Exchange exchange);
  void deliver(const Verdict& verdict, Exchange exchange);
  void refused(Verdict verdict, Exchange exchange);
  void watch();
  void update_online();

  std::string path_;
  Webhook webhook_;
  Parts parts_;
  ReceiverPeer& peer_;
  bool online_ = false;
  bool held_ = false;
  onebot::io::Owner pushes_{};
  onebot::io::Owner asking_{};  // who the bot is
  onebot::io::Owner watch_{};
};

}  // namespace qq
