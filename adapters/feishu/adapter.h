// Adapter: one bot on a platform of this kind. Joins the webhook or the long connection, the REST interface and the
// memory; understands the actions.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/adapter_send.h"
#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/queries.h"
#include "adapters/feishu/calls/token.h"
#include "adapters/feishu/events/events.h"
#include "adapters/feishu/feed/feed.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/feishu/feed/webhook.h"
#include "adapters/feishu/members.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/messages/media.h"
#include "adapters/feishu/pace.h"
#include "adapters/feishu/settings.h"
#include "onebot/adapter.h"
#include "onebot/redial.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

class Adapter final : public onebot::Adapter, private FeedPeer {
 public:
  // random: [0, 1), for jitter.
  Adapter(Settings settings, const onebot::Host& host, std::function<double()> random);
  ~Adapter() override;

  void start() override;
  void stop() override;
  void hold(bool on) override;
  const onebot::Self& self() const override { return account_; }
  bool online() const override { return online_; }
  std::span<const std::string_view> actions() const override { return offered_; }
  void call(onebot::Action action, onebot::Reply reply) override;
  [[nodiscard]] onebot::io::Owner locate(std::string_view file_id,
                                         std::function<void(onebot::Result<onebot::RemoteFile>)> done) override;

 private:
  using Done = std::function<void(onebot::ActionResult)>;
  using Exchange = std::unique_ptr<onebot::io::Exchange>;
  struct Task {  // an action under way
    std::uint64_t number = 0;
    std::string receiver{};         // of a message: those to one receiver go out one after another
    std::function<void()> begin{};  // when it is its turn
    std::unique_ptr<Uploading> uploading{};
    std::unique_ptr<Sending> sending{};
    Resources resources{};
    Query query{};
    onebot::List items{};  // of the pages so far
    onebot::io::Owner call{};
    std::vector<std::string> to_delete{};
    std::shared_ptr<onebot::Reply> reply{};
  };
  struct Known {
    std::string_view name{};
    void (Adapter::*run)(const onebot::Action&, Task&, Done) = nullptr;
    std::string OwnPaths::*path = nullptr;  // without which it is not offered
  };
  static const Known kKnown[];
  struct Asking {  // a push that waits for what kind its chat is
    Push push{};
    Receipt receipt{};
    onebot::io::Owner call{}, timer{};
  };

  // FeedPeer
  void on_delivery(const std::string& body, Receipt receipt) override;
  void on_online(bool online) override;

  // adapter.cpp: who the bot is, and whether it is there
  void recall();
  void receive();
  void warn_if_open();
  void on_token(bool valid);
  void ask_identity();
  void asked_identity(ApiResult answer);
  void set_self(const std::string& user_id);
  void update_online();

  // adapter_push.cpp
  void on_push(const onebot::io::HttpRequest& request, Exchange exchange);
  bool is_ready() const { return !held_ && !account_.user_id.empty(); }
  void take(std::string_view way, Push push, Receipt receipt);
  void accept(Push push, Receipt receipt);
  void ask_chat(const std::string& chat, Push push, Receipt receipt);
  void asked_chat(std::uint64_t number, const std::string& chat, const ApiResult* answer);
  void deliver(const Push& push, Receipt receipt);
  void learn_self(onebot::json::View push);
  void learn_state(onebot::json::View push);
  void report_malformed(onebot::json::View push);

  // adapter_actions.cpp
  void offer_actions();
  void ended(std::uint64_t number, onebot::ActionResult result);
  void send_message(const onebot::Action& action, Task& task, Done done);
  onebot::Status queue(Task& task, std::string receiver);
  void leave_queue(const Task& task);
  void send_prepared(Task& task, const onebot::Message& message, Target target, bool in_thread, Done done);
  void delete_message(const onebot::Action& action, Task& task, Done done);
  void delete_next(Task& task, Done done);
  void get_self_info(const onebot::Action& action, Task& task, Done done);
  onebot::Result<Target> target_of(const onebot::Fields& params) const;
  Target person(std::string_view user_id) const;
  Offered offered() const;
  void keep_sent(const onebot::ActionResult& result);
  onebot::Fields self_info() const;

  // adapter_queries.cpp
  void start_query(const QueryRow& row, const onebot::Action& action, Task& task, Done done);
  void ask(Task& task, const std::string& page, Done done);
  void answered(Task& task, const ApiResult& answer, Done done);
  onebot::ActionResult stand_in(const onebot::Action& action, onebot::ActionResult result) const;
  void learn_names(const onebot::Value& told);

  Settings settings_;
  onebot::Host host_;
  Memory memory_{};
  Account account_{};
  std::string name_{};  // of the bot; "" = not known
  TenantToken token_;
  Api api_;
  onebot::Redial identity_waits_;
  bool self_confirmed_ = false;  // by the configuration or by the platform
  bool token_valid_ = false;
  bool stopped_by_platform_ = false;
  bool online_ = false;
  bool held_ = false;
  onebot::io::Owner pushes_{};
  std::unique_ptr<Feed> feed_{};  // nullptr: pushes come in instead
  onebot::io::Owner identity_{};  // the call, or the wait for the next
  std::map<std::uint64_t, Asking> asking_{};
  std::map<std::uint64_t, Task> tasks_{};
  std::uint64_t number_ = 0;  // of the last of both
  std::vector<std::string> offered_names_{};
  std::vector<std::string_view> offered_{};
  std::map<std::string, std::deque<std::uint64_t>> queues_{};  // receiver -> the tasks that wait for their turn
  Pace pace_{};
  Uploading::Keys upload_keys_{Uploading::kForm, 2000,
                               [this](onebot::Record record) { host_.events.remember(std::move(record)); }};
  Members members_{};
  Recent<std::string> names_{5000};                        // of people, as far as lists told them
  Recent<std::vector<std::string>> groups_of_sent_{2000};  // first message id -> all of that OneBot message
};

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host);

}  // namespace feishu
