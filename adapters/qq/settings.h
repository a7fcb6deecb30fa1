// Settings: the options of a QQ bot in the configuration, and what they say.

#pragma once

#include "adapters/qq/feed/shard_plan.h"
#include "adapters/qq/feed/webhook.h"
#include "adapters/qq/messages/quotas_table.h"
#include "onebot/options.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <cstdint>
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

}  // namespace qq
