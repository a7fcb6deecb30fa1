// Inbox: takes what the platform delivers, by webhook or over the long connection, to the bridge. Each delivery is
// answered with success only when its events are on disk.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/token.h"
#include "adapters/feishu/events/events.h"
#include "adapters/feishu/feed/feed.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/feishu/feed/webhook.h"
#include "adapters/feishu/identity.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/settings.h"
#include "adapters/kit/jitter.h"
#include "adapters/kit/remembered.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

class Inbox final : private FeedPeer {
 public:
  struct Parts {
    Api& api;
    const TenantToken& token;
    Identity& identity;
    Memory& memory;
    const onebot::Host& host;
  };
  // random: [0, 1), for jitter. changed: receives() says something else.
  Inbox(const Settings& settings, const Parts& parts, kit::Random random, onebot::Then changed);

  void start();
  // Nothing is emitted after this returns.
  void stop();
  // Opens the long connection once it is known who the bot is: what it brings could not be put off without losing the
  // use of cards. Again does nothing.
  void dial();
  void hold(bool on);
  bool receives() const { return !feed_ || feed_->online(); }
  std::string why_not() const { return feed_ ? feed_->last_loss().why : std::string(); }

 private:
  static constexpr std::size_t kMostUnanswered = 1000;

  using Exchange = std::unique_ptr<onebot::io::Exchange>;
  struct Way;  // by which a delivery came
  static const Way kWebhook, kLongConnection;
  struct PutOff {
    Push push{};
    Receipt receipt{};
  };
  struct Asked {  // about the kind of a chat; its pushes wait for that, though not for long
    std::vector<PutOff> waiting{};
    onebot::io::Owner call{}, timer{};
  };

  // FeedPeer
  void on_delivery(const std::string& body, Receipt receipt) override;
  void on_online(bool) override { changed_(); }

  void warn_if_open();
  void on_push(const onebot::io::HttpRequest& request, Exchange exchange);
  void report_refusal(const Answer& answer);
  bool is_ready() const { return !held_ && parts_.identity.is_known(); }
  void take(const Way& way, Push push, Receipt receipt);
  void accept(Push push, Receipt receipt);
  bool can_ask(const std::string& chat) const;
  void wait_for_kind(const std::string& chat, Push push, Receipt receipt);
  void ask_kind(const std::string& chat);
  void told_kind(const std::string& chat, const ApiResult& answer);
  void release(const std::string& chat);
  void deliver(Push push, Receipt receipt);
  void report(const Native& native, const Translated& translated);

  const Settings& settings_;
  Parts parts_;
  onebot::Then changed_;
  bool held_ = false;
  onebot::io::Owner pushes_{};
  std::unique_ptr<Feed> feed_{};                                        // nullptr: pushes come in instead
  std::map<std::string, Asked> asked_{};                                // by chat
  kit::Recent<std::chrono::milliseconds> unanswered_{kMostUnanswered};  // when chats were asked for in vain
};

}  // namespace feishu
