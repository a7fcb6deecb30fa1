// Adapter: one QQ bot. Joins the feed, the REST interface and the memory of chats; understands the actions.

#pragma once

#include "adapters/qq/adapter_send.h"
#include "adapters/qq/audits.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/calls/calls.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/identity.h"
#include "adapters/qq/inbox.h"
#include "adapters/qq/interactions.h"
#include "adapters/qq/memory.h"
#include "adapters/qq/pace.h"
#include "adapters/qq/settings.h"
#include "adapters/qq/turns.h"
#include "onebot/adapter.h"

#include <cstdint>
#include <functional>
#include <map>
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
  Adapter(const Settings& settings, const onebot::Host& host, std::function<double()> random);
  ~Adapter() override;

  void start() override;
  void stop() override;
  void hold(bool on) override { receiver_->hold(on); }
  const onebot::Self& self() const override { return identity_.self(); }
  bool online() const override { return receiver_->online(); }
  std::span<const std::string_view> actions() const override;
  void call(onebot::Action action, onebot::Reply reply) override;
  // The address is in the id, so it is the application's, and signed by QQ, so it needs no credentials of ours.
  onebot::io::Owner locate(std::string_view file_id,
                           std::function<void(onebot::Result<onebot::RemoteFile>)> done) override;

 private:
  using Done = std::function<void(onebot::ActionResult)>;
  struct Task {  // an action under way
    std::unique_ptr<Sending> sending{};
    std::unique_ptr<Call> lookup{};
    onebot::io::Owner call{};
    std::shared_ptr<onebot::Reply> reply{};
  };
  struct Known {
    std::string_view name{};
    void (Adapter::*run)(const onebot::Action&, Task&, Done) = nullptr;
  };
  static const Known kKnown[];

  // ReceiverPeer
  void on_ready(onebot::json::View user) override;
  void on_dispatch(onebot::json::View frame, Delivery delivery) override { inbox_.take(frame, std::move(delivery)); }
  void on_online(bool online) override { host_.events.set_online(online); }
  void remember(onebot::Record record) override { host_.events.remember(std::move(record)); }
  std::vector<onebot::Record> recall(std::string_view kind) override { return host_.events.recall(kind); }

  void send_message(const onebot::Action& action, Task& task, Done done);
  void delete_message(const onebot::Action& action, Task& task, Done done);
  void get_self_info(const onebot::Action& action, Task& task, Done done);
  void get_user_info(const onebot::Action& action, Task& task, Done done);
  void get_reply_credits(const onebot::Action& action, Task& task, Done done);
  void send_typing(const onebot::Action& action, Task& task, Done done);
  void call_api(const onebot::Action& action, Task& task, Done done);
  void look_up(const CallRule& rule, onebot::Fields params, Task& task, Done done);
  void recall_next(Task& task, const Chat& chat, std::vector<std::string> ids, Done done);
  onebot::Result<Sending::Order> recipient(const onebot::Fields& params) const;
  Sending::Desk desk();

  onebot::Host host_;
  AccessToken token_;
  Pace pace_;
  Api api_;
  Identity identity_;
  Memory memory_;
  Turns turns_{};
  Interactions interactions_;
  Audits audits_;
  Inbox inbox_;
  bool auto_passive_, wait_for_audit_;
  std::map<std::uint64_t, Task> tasks_{};
  std::uint64_t task_number_ = 0;
  std::unique_ptr<Receiver> receiver_;
};

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host);

}  // namespace qq
