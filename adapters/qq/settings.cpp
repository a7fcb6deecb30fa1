#include "adapters/qq/settings.h"

#include "adapters/qq/feed/intents.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace qq {
namespace {

using onebot::Retcode;

// Longer than this the bridge might forget what it has seen, and an old push played back would be news.
constexpr std::chrono::hours kMostAge{6};

onebot::Result<std::chrono::milliseconds> read_push_age(const onebot::Fields& section) {
  const onebot::Value* value = onebot::find(section, "push_max_age");
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  const std::chrono::milliseconds age = number ? std::chrono::milliseconds(*number) : WebhookRules{}.max_age;
  if (age >= std::chrono::seconds(1) && age <= kMostAge) return age;
  return onebot::fail(Retcode::bad_param, "push_max_age: allowed: 1000 to 21600000 (milliseconds)");
}

onebot::List list_of(const onebot::Fields& section, std::string_view name) {
  const onebot::Value* value = onebot::find(section, name);
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  return list ? *list : onebot::List{};
}

}  // namespace

onebot::Result<Settings> read_settings(const onebot::Fields& section) {
  const auto text = [&section](std::string_view name) { return std::string(onebot::text_of(section, name)); };
  const onebot::Value* nested = onebot::find(section, "endpoints");
  const auto* endpoints = nested ? std::get_if<onebot::Fields>(nested) : nullptr;
  const auto endpoint = [&](std::string_view name, std::string_view fallback) {
    std::string url =
        endpoints ? std::string(onebot::text_of(*endpoints, name)) : text(fmt::format("endpoints.{}", name));
    if (url.empty()) url = fallback;
    while (url.ends_with('/') && name == "api") url.pop_back();
    return url;
  };
  const auto is_set = [&section](std::string_view name) {
    const onebot::Value* value = onebot::find(section, name);
    return value && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
  };
  ONEBOT_TRY(bits, read_intents(list_of(section, "intents")));
  ONEBOT_TRY(quotas,
             read_quotas(list_of(section, "quotas"), is_set("verified") ? Standing::verified : Standing::unverified));
  ONEBOT_TRY(shards, read_shards(text("shards")));
  ONEBOT_TRY(age, read_push_age(section));
  Settings settings{text("app_id"),
                    text("app_secret"),
                    endpoint("token", kTokenUrl),
                    endpoint("api", is_set("sandbox") ? kSandboxApi : kApi),
                    endpoint("gateway", ""),
                    bits,
                    shards,
                    text("receive") == "webhook",
                    {age, is_set("allow_unsigned_validation")}};
  settings.quotas = std::move(quotas);
  settings.wait_for_audit = is_set("wait_for_audit");
  settings.acknowledge = text("interactions") != "manual";
  settings.auto_passive = !onebot::find(section, "auto_passive") || is_set("auto_passive");
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (settings.app_id.empty() || !std::ranges::all_of(settings.app_id, digit)) {
    return onebot::fail(Retcode::bad_param, fmt::format("app_id: \"{}\" is not a number", settings.app_id));
  }
  if (settings.app_secret.empty()) return onebot::fail(Retcode::bad_param, "app_secret: must not be empty");
  return settings;
}

}  // namespace qq
