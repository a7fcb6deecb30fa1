// Settings: the [[bots]] section of this folder's platforms.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/feed/webhook.h"
#include "onebot/options.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <string>
#include <string_view>

namespace feishu {

// What has no fallback here depends on the platform: see kDialects. Paths: see paths.h.
inline constexpr onebot::Option kOptions[] = {
    {"app_id", onebot::Option::Kind::text, true},
    {"app_secret", onebot::Option::Kind::secret, true},
    {"receive", onebot::Option::Kind::text, false, "webhook long_connection", "webhook"},
    {"verification_token", onebot::Option::Kind::secret},
    {"encrypt_key", onebot::Option::Kind::secret},
    {"signature", onebot::Option::Kind::text, false, "require if_present off"},
    {"push_max_age", onebot::Option::Kind::milliseconds, false, "", "28800000"},
    {"insecure", onebot::Option::Kind::boolean, false, "", "false"},
    {"self_id", onebot::Option::Kind::text},
    {"id_type", onebot::Option::Kind::text, false, kIdTypes, "open_id"},
    {"forward_unknown", onebot::Option::Kind::boolean, false, "", "true"},
    {"forward_bot_messages", onebot::Option::Kind::boolean, false, "", "true"},
    {"endpoints.api", onebot::Option::Kind::url},
    {"endpoints.token", onebot::Option::Kind::text},
    {"endpoints.bot", onebot::Option::Kind::text},
    {"endpoints.send", onebot::Option::Kind::text},
    {"endpoints.reply", onebot::Option::Kind::text},
    {"endpoints.delete", onebot::Option::Kind::text},
    {"endpoints.message", onebot::Option::Kind::text},
    {"endpoints.history", onebot::Option::Kind::text},
    {"endpoints.forward", onebot::Option::Kind::text},
    {"endpoints.read_users", onebot::Option::Kind::text},
    {"endpoints.urgent", onebot::Option::Kind::text},
    {"endpoints.reactions", onebot::Option::Kind::text},
    {"endpoints.reaction", onebot::Option::Kind::text},
    {"endpoints.pins", onebot::Option::Kind::text},
    {"endpoints.pin", onebot::Option::Kind::text},
    {"endpoints.card_update", onebot::Option::Kind::text},
    {"endpoints.image", onebot::Option::Kind::text},
    {"endpoints.file", onebot::Option::Kind::text},
    {"endpoints.resource", onebot::Option::Kind::text},
    {"endpoints.chats", onebot::Option::Kind::text},
    {"endpoints.chat", onebot::Option::Kind::text},
    {"endpoints.members", onebot::Option::Kind::text},
    {"endpoints.user", onebot::Option::Kind::text},
};

struct Settings {
  const Dialect* dialect = &kDialects.front();
  std::string app_id{};
  std::string app_secret{};
  bool dials = false;  // receives over the long connection, and is not pushed to
  WebhookKeys keys{};
  std::string self_id{};  // "" = asked from the platform, or learned
  IdType id_type = IdType::open_id;
  bool forward_unknown = true;
  bool forward_bot_messages = true;
  std::string api{};  // without a slash at its end
  OwnPaths paths{};
};

// Endpoints may be members of "endpoints" or have dotted names.
onebot::Result<Settings> read_settings(std::string_view platform, const onebot::Fields& section);

}  // namespace feishu
