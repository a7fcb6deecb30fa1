// Adapter: one QQ bot. Joins the feed, the REST interface and the memory of chats; understands the actions.

#pragma once

#include "adapters/qq/adapter_messages.h"
#include "adapters/qq/adapter_send.h"
#include "adapters/qq/audits.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/calls/calls.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/consent.h"
#include "adapters/qq/events/events.h"
#include "adapters/qq/feed/hook.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/feed/shards.h"
#include "adapters/qq/interactions.h"
#include "adapters/qq/messages/media.h"
#include "adapters/qq/messages/quotas_table.h"
#include "adapters/qq/own_guilds.h"
#include "adapters/qq/pace.h"
#include "adapters/qq/people.h"
#include "adapters/qq/quotas.h"
#include "adapters/qq/replies.h"
#include "adapters/qq/turns.h"
#include "onebot/adapter.h"
#include "onebot/options.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

inline constexpr std::string_view kTokenUrl = "https://api.bot.qq.com/app/getAppAccessToken";
inline constexpr std::string_view kOldTokenUrl = "https://bots.qq.com/app/getAppAccessToken";
inline constexpr std::string_view kApi = "https://api.bot.qq.com";
inline constexpr std::string_view kSandboxApi = "https://sandbox.api.sgroup.qq.com";

// endpoints.api has no fallback here, since it depends on sandbox.
inline constexpr onebot::Option kOptions[] = {
    {"app_id", onebot::Option::Kind::text, true},
    {"app_secret", onebot::Option::Kind::secret, true},
    {"receive", onebot::Option::Kind::text, false, "gateway webhook", "gateway"},
    {"sandbox", onebot::Option::Kind::boolean, false, "", "false"},
    {"intents", onebot::Option::Kind::text_list},
    {"shards", onebot::Option::Kind::text_or_number, false, "", "1"},
    {"push_max_age", onebot::Option::Kind::milliseconds, false, "", "300000"},
    {"allow_unsigned_validation", onebot::Option::Kind::boolean, false, "", "false"},
    {"verified", onebot::Option::Kind::boolean, false, "", "false"},
    {"quotas", onebot::Option::Kind::text_list},
    {"auto_passive", onebot::Option::Kind::boolean, false, "", "true"},
    {"interactions", onebot::Option::Kind::text, false, "automatic manual", "automatic"},
    {"wait_for_audit", onebot::Option::Kind::boolean, false, "", "false"},
    {"endpoints.token", onebot::Option::Kind::url, false, "", kTokenUrl},
    {"endpoints.api", onebot::Option::Kind::url},
    {"endpoints.gateway", onebot::Option::Kind::url},
};

struct Settings {
  std::string app_id{};
  std::string app_secret{};
  std::string token_url{kTokenUrl};
  std::string api{kApi};
  std::string gateway{};  // "" = ask the API
  std::uint32_t intents = 0;
  ShardPlan shards{};
  bool webhook = false;  // pushed to us, instead of from the gateway
  WebhookRules pushes{};
  std::vector<Quota> quotas{};  // of messages sent unasked
  bool auto_passive = true;     // messages answer what still can be answered
  bool acknowledge = true;      // interactions, when they are on disk
  bool wait_for_audit = false;  // messages under review are answered when the result is known
};
// Endpoints may be members of "endpoints" or have dotted names.
onebot::Result<Settings> read_settings(const onebot::Fields& section);

enum class Lesson;

class Adapter final : public onebot::Adapter, private ReceiverPeer {
 public:
  // random: [0, 1), for jitter.
  Adapter(const Settings& settings, const onebot::Host& host, std::function<double()> random);
  ~Adapter() override;

  void start() override;
  void stop() override;
  void hold(bool on) override { receiver_->hold(on); }
  const onebot::Self& self() const override { return context_.self; }
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
  void on_dispatch(onebot::json::View frame, Delivery delivery) override;
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

  void recall();
  void learn(onebot::json::View frame);
  void learn_of(const Chat& chat, Lesson lesson, onebot::json::View frame);
  void learn_message(const Chat& chat, onebot::json::View d);
  void learn_own_member(onebot::json::View d);
  void learn_person(const Chat& chat, onebot::json::View d);
  bool own_echo(onebot::json::View frame) const;

  onebot::Host host_;
  AccessToken token_;
  Pace pace_;
  Api api_;
  Replies replies_;
  Messages messages_;
  Consent consent_;
  Quotas quotas_;
  FileInfos file_infos_;
  People people_;
  Turns turns_{};
  Interactions interactions_;
  Audits audits_;
  bool auto_passive_, acknowledge_, wait_for_audit_;
  std::set<std::string, std::less<>> own_members_{};  // what the bot is called in groups
  OwnGuilds own_guilds_{};
  Context context_{};
  std::map<std::uint64_t, Task> tasks_{};
  std::uint64_t task_number_ = 0;
  std::unique_ptr<Receiver> receiver_;
};

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host);

}  // namespace qq
