#include "onebot/v11/interactions.h"

#include "onebot/json_write.h"
#include "onebot/segment.h"
#include "onebot/v11/frame.h"
#include "onebot/v11/messages.h"
#include "onebot/v11/notice_row.h"
#include "onebot/v11/plain.h"

#include <fmt/format.h>

#include <string_view>

namespace onebot::v11 {
namespace {

// Presses that say nothing a person could have written.
constexpr std::string_view kNoMessages = "authorize_user authorize_group feedback switch_model";

std::string message_of(const LoggedEvent& event) {
  std::string native(event.text("message_id"));
  return native.empty() ? event.extra("message_id") : native;
}

// A text as it is, anything else as JSON text.
std::string as_text(json::View value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(value.str()) : json::write(plain(value.value()));
}

Fields data_of(const LoggedEvent& event) {
  const std::string_view name = without_prefix(event.detail());
  if (name == "card_action") {
    return {{"action", as_text(event.view().at("action"))},
            {"token", event.text("token")},
            {"message_id", message_of(event)}};
  }
  if (name == "bot_menu") return {{"event_key", event.text("event_key")}};
  const json::View type = extra(event.view(), "interaction_type");
  return {{"id", event.extra("interaction_id")},   {"type", type.integer().value_or(0)},
          {"button_id", event.extra("button_id")}, {"button_data", event.extra("button_data")},
          {"message_id", message_of(event)},       {"kind", without_prefix(event.sub())}};
}

// What the press says instead of its person; "" when it says nothing.
std::string words_of(const LoggedEvent& event) {
  if (has_word(kNoMessages, without_prefix(event.sub()))) return {};
  if (std::string words = event.extra("button_data"); !words.empty()) return words;
  if (const std::string_view key = event.text("event_key"); !key.empty()) return std::string(key);
  return as_text(event.view().at("action.value"));
}

std::string notice(const LoggedEvent& event, const Scope& scope) {
  const Native user = event.user(), group = event.group();
  const std::string message = message_of(event);
  Fields out = frame(event.time(), scope.self_id, "notice");
  out.insert(out.end(), {{"notice_type", "interaction"}, {"sub_type", "create"}});
  out.push_back({"user_id", id_value(scope, user, event.extra("user_name"))});
  if (!group.id.empty()) out.push_back({"group_id", id_value(scope, group)});
  if (!message.empty()) out.push_back({"message_id", message_number(event, scope, message)});
  out.push_back({"data", data_of(event)});
  append_natives(out, scope, user, group, message);
  return json::write(out);
}

}  // namespace

std::optional<std::string> interaction_frame(const LoggedEvent& event, const Scope& scope) {
  if (scope.options.interactions == Interactions::off) return std::nullopt;
  if (scope.options.interactions == Interactions::notice) return notice(event, scope);
  const std::string words = words_of(event);
  if (words.empty()) return notice(event, scope);
  std::string id = event.extra("interaction_id");
  if (id.empty()) id = event.text("id");
  return spoken_frame(event, scope, fmt::format("{}interaction:{}", kInvented, id), {segment::text(words)});
}

}  // namespace onebot::v11
