#include "adapters/qq/settings.h"

#include "adapters/kit/push_age.h"
#include "adapters/kit/section.h"
#include "adapters/qq/feed/intents.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace qq {
namespace {

using onebot::Retcode;

// A platform that is reached over TLS is not left for what has none.
onebot::Status check_security(const Settings& settings) {
  if (!settings.api.starts_with("https://")) return {};
  const std::string_view also = "since the API's is https://; loopback platforms have both without TLS";
  if (!settings.gateway.empty() && !settings.gateway.starts_with("wss://")) {
    return onebot::fail(Retcode::bad_param, fmt::format("endpoints.gateway: must begin with wss://, {}", also));
  }
  if (settings.token_url.starts_with("https://")) return {};
  return onebot::fail(Retcode::bad_param, fmt::format("endpoints.token: must begin with https://, {}", also));
}

}  // namespace

onebot::Result<Settings> read_settings(const onebot::Fields& fields) {
  ONEBOT_TRY(section, kit::Section::read(fields, kOptions));
  ONEBOT_TRY(bits, read_intents(section.list("intents")));
  ONEBOT_TRY(quotas,
             read_quotas(section.list("quotas"), section.flag("verified") ? Standing::verified : Standing::unverified));
  ONEBOT_TRY(shards, read_shards(section.text("shards")));
  ONEBOT_TRY(age, kit::read_push_max_age(section));
  Settings settings{.app_id = section.text("app_id"),
                    .app_secret = section.text("app_secret"),
                    .token_url = section.endpoint("token"),
                    .api = kit::without_slash(section.endpoint("api", section.flag("sandbox") ? kSandboxApi : kApi)),
                    .gateway = section.endpoint("gateway"),
                    .intents = bits,
                    .shards = shards,
                    .webhook = section.text("receive") == "webhook",
                    .pushes = {age, section.flag("allow_unsigned_validation")},
                    .quotas = std::move(quotas),
                    .auto_passive = section.flag("auto_passive"),
                    .acknowledge = section.text("interactions") != "manual",
                    .wait_for_audit = section.flag("wait_for_audit")};
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (settings.app_id.empty() || !std::ranges::all_of(settings.app_id, digit)) {
    return onebot::fail(Retcode::bad_param, fmt::format("app_id: \"{}\" is not a number", settings.app_id));
  }
  if (settings.app_secret.empty()) return onebot::fail(Retcode::bad_param, "app_secret: must not be empty");
  ONEBOT_CHECK(check_security(settings));
  return settings;
}

}  // namespace qq
