#include "adapters/feishu/settings.h"

#include "adapters/kit/push_age.h"
#include "adapters/kit/section.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using kit::Section;
using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

// Whether the long connection is used.
Result<bool> read_receive(std::string_view word, const Dialect& dialect) {
  if (word.empty() || word == "webhook") return false;
  const std::string_view allowed = dialect.dials ? "\"webhook\", \"long_connection\"" : "\"webhook\"";
  if (word != "long_connection") {
    return fail(Retcode::bad_param, fmt::format("receive: \"{}\" is not known; allowed: {}", word, allowed));
  }
  if (dialect.dials) return true;
  return fail(Retcode::bad_param,
              fmt::format("receive: {} has no long connection; allowed: {}", dialect.platform, allowed));
}

Result<Signed> read_signature(std::string_view word, const WebhookKeys& keys, const Dialect& dialect) {
  if (word.empty()) return dialect.signs ? Signed::require : Signed::if_present;
  if (word == "off") return Signed::off;
  if (word == "if_present") return Signed::if_present;
  if (word != "require") return fail(Retcode::bad_param, fmt::format("signature: \"{}\" is not known", word));
  if (keys.encrypt_key.empty()) {
    return fail(Retcode::bad_param, "signature: \"require\" needs an encrypt_key, without which nothing is signed");
  }
  return Signed::require;
}

// A push needs something that only the platform knows: a signature, or the token.
onebot::Status check_proof(const WebhookKeys& keys) {
  if (!keys.verification_token.empty()) return {};
  if (keys.encrypt_key.empty()) {
    return fail(Retcode::bad_param,
                "verification_token: without it, and without an encrypt_key, anybody who finds the address can push "
                "events; copy it from the platform's console, or insist by insecure = true");
  }
  if (keys.signature == Signed::require) return {};
  return fail(Retcode::bad_param,
              "verification_token: needed beside encrypt_key where pushes need not be signed; copy it from the "
              "platform's console, or insist by insecure = true");
}

Result<IdType> read_id_type(std::string_view word) {
  const auto* found = std::ranges::find(kIdTypeNames, word);
  if (word.empty()) return IdType::open_id;
  if (found == kIdTypeNames.end()) return fail(Retcode::bad_param, fmt::format("id_type: \"{}\" is not known", word));
  return static_cast<IdType>(found - kIdTypeNames.begin());
}

Result<OwnPaths> read_paths(const Section& section, const Dialect& dialect) {
  OwnPaths paths;
  for (const PathName& name : kPathNames) {
    std::string& path = paths.*name.own;
    path = section.endpoint(name.name, dialect.paths.*name.known);
    if (path.empty()) continue;
    if (!path.starts_with('/')) {
      return fail(Retcode::bad_param, fmt::format("endpoints.{}: must begin with \"/\"", name.name));
    }
    for (const std::string_view id : {std::string_view("{id}"), std::string_view("{key}")}) {
      if (name.holds.find(id) == std::string_view::npos || path.find(id) != std::string::npos) continue;
      return fail(Retcode::bad_param, fmt::format("endpoints.{}: needs \"{}\" in it", name.name, id));
    }
  }
  return paths;
}

}  // namespace

Result<Settings> read_settings(std::string_view platform, const Fields& fields) {
  ONEBOT_TRY(section, Section::read(fields, kOptions));
  const Dialect& dialect = dialect_of(platform);
  Settings settings{.dialect = &dialect,
                    .app_id = section.text("app_id"),
                    .app_secret = section.text("app_secret"),
                    .keys = {section.text("verification_token"), section.text("encrypt_key")},
                    .self_id = section.text("self_id"),
                    .forward_unknown = section.flag("forward_unknown"),
                    .forward_bot_messages = section.flag("forward_bot_messages"),
                    .api = kit::without_slash(section.endpoint("api", dialect.api))};
  if (settings.app_id.empty()) return fail(Retcode::bad_param, "app_id: must not be empty");
  if (settings.app_secret.empty()) return fail(Retcode::bad_param, "app_secret: must not be empty");
  ONEBOT_TRY(paths, read_paths(section, dialect));
  settings.paths = std::move(paths);
  ONEBOT_TRY(dials, read_receive(section.text("receive"), dialect));
  settings.dials = dials;
  ONEBOT_TRY(signature, read_signature(section.text("signature"), settings.keys, dialect));
  settings.keys.signature = signature;
  ONEBOT_TRY(max_age, kit::read_push_max_age(section));
  settings.keys.max_age = max_age;
  if (!settings.dials && !section.flag("insecure")) ONEBOT_CHECK(check_proof(settings.keys));
  ONEBOT_TRY(id_type, read_id_type(section.text("id_type")));
  settings.id_type = id_type;
  return settings;
}

}  // namespace feishu
