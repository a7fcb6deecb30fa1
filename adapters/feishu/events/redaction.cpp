#include "adapters/feishu/events/redaction.h"

#include "onebot/json.h"
#include "onebot/value.h"

#include <algorithm>
#include <string_view>
#include <variant>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Value;

constexpr std::string_view kHidden = "***";
constexpr std::size_t kTelling = 8;  // a shorter secret is found only where it is all of a text

bool is_in(const std::string& secret, std::string_view text) {
  return text == secret || (secret.size() >= kTelling && text.find(secret) != std::string_view::npos);
}

std::string without(const std::vector<std::string>& secrets, std::string text) {
  for (const std::string& secret : secrets) {
    if (secret.empty() || !is_in(secret, text)) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size())) {
      text.replace(at, secret.size(), kHidden);
    }
  }
  return text;
}

Value hidden(const std::vector<std::string>& secrets, Value value) {
  if (auto* text = std::get_if<std::string>(&value)) return without(secrets, std::move(*text));
  if (auto* list = std::get_if<List>(&value)) {
    for (Value& item : *list) item = hidden(secrets, std::move(item));
  } else if (auto* fields = std::get_if<Fields>(&value)) {
    for (onebot::Field& field : *fields) {
      field.name = without(secrets, std::move(field.name));
      field.value = hidden(secrets, std::move(field.value));
    }
  }
  return value;
}

// Whether a text may hold one; most do not, and then their numbers stay as the platform wrote them.
bool may_hold(const std::vector<std::string>& secrets, std::string_view json) {
  return std::ranges::any_of(secrets, [json](const std::string& secret) {
    const std::string escaped = onebot::json::write(Value(secret));
    return !secret.empty() && json.find(std::string_view(escaped).substr(1, escaped.size() - 2)) != json.npos;
  });
}

}  // namespace

std::string as_told(onebot::json::View part, const Account& account) {
  std::string json = part.dump();
  return may_hold(account.secrets, json) ? onebot::json::write(hidden(account.secrets, part.value())) : json;
}

}  // namespace feishu
