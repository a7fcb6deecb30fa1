// Adapter: one QQ bot: where its events come from, what becomes of them, and what applications may ask of it.

#pragma once

#include "adapters/kit/identity.h"
#include "adapters/kit/jitter.h"
#include "adapters/qq/absence.h"
#include "adapters/qq/actions.h"
#include "adapters/qq/audits.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/inbox.h"
#include "adapters/qq/interactions.h"
#include "adapters/qq/memory.h"
#include "adapters/qq/messages/compose.h"
#include "adapters/qq/pace.h"
#include "adapters/qq/sender.h"
#include "adapters/qq/settings.h"
#include "adapters/qq/streams.h"
#include "onebot/adapter.h"
#include "onebot/told.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq {

class Adapter final : public onebot::Adapter, private ReceiverPeer {
 public:
  // random: [0, 1), for jitter.
  Adapter(const Settings& settings, const onebot::Host& host, kit::Random random);
  ~Adapter() override;

  void start() override;
  void stop() override;
  void hold(bool on) override { receiver_->hold(on); }
  const onebot::Self& self() const override { return self_; }
  bool online() const override { return receiver_->online(); }
  Trouble trouble() const override { return receiver_->trouble(); }
  std::span<const std::string_view> actions() const override { return Actions::names(); }
  std::span<const std::string_view> segments() const override { return sendable(); }
  void call(onebot::Action action, onebot::Reply reply) override { actions_.call(std::move(action), std::move(reply)); }
  // The address is in the id, so it is the application's, and signed by QQ, so it needs no credentials of ours.
  onebot::io::Owner locate(std::string_view file_id, onebot::ToldResult<onebot::RemoteFile> done) override;

 private:
  // ReceiverPeer
  void on_ready(onebot::json::View user) override;
  void on_dispatch(onebot::json::View frame, Delivery delivery) override { inbox_.take(frame, std::move(delivery)); }
  void on_online(bool online) override { host_.events.set_online(online); }
  void remember(onebot::Record record) override { host_.events.remember(std::move(record)); }
  std::vector<onebot::Record> recall(std::string_view kind) override { return host_.events.recall(kind); }

  onebot::Host host_;
  AccessToken token_;
  Pace pace_;
  Api api_;
  kit::Profile self_{{"qq", ""}};
  kit::Identity identity_;
  Memory memory_;
  Interactions interactions_;
  Audits audits_;
  Inbox inbox_;
  Absence absence_;
  Sender sender_;
  Streams streams_;
  Actions actions_;
  std::unique_ptr<Receiver> receiver_;
  onebot::io::Owner asking_{};  // who the bot is
};

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host);

}  // namespace qq
