#include "adapters/feishu/account.h"

namespace feishu {

using onebot::json::View;

onebot::Fields profile_of(const Account& account) {
  return {{"user_id", account.user_id}, {"user_name", account.name}, {"user_displayname", ""}, {"user_remark", ""}};
}

bool is_self(View id, const Account& account) {
  if (account.user_id.empty()) return false;
  if (!account.app_id.empty() && id.str() == account.app_id) return true;
  return id.str() == account.user_id || id.at("open_id").str() == account.user_id;
}

std::string known_as(std::string_view id, const Account& account) {
  if (!account.app_id.empty() && id == account.app_id && !account.user_id.empty()) return account.user_id;
  const std::string* bot = account.memory ? account.memory->members.bot_of(id) : nullptr;
  return bot ? *bot : std::string(id);
}

std::string user_id(View id, const Account& account) {
  if (is_self(id, account)) return account.user_id;
  if (!id.is_object()) return known_as(id.text(), account);
  std::string chosen = id.at(kIdTypeNames[static_cast<std::size_t>(account.id_type)]).text();
  if (chosen.empty() && account.id_type == IdType::user_id) chosen = id.at("employee_id").text();
  for (const std::string_view name : kIdTypeNames) {
    if (chosen.empty()) chosen = id.at(name).text();
  }
  return chosen;
}

std::string first_id(std::initializer_list<View> places, const Account& account) {
  std::string id;
  for (const View place : places) {
    if (id.empty()) id = user_id(place, account);
  }
  return id;
}

std::string respelled(std::string_view name, const Account& account) {
  constexpr std::string_view kFeishu = "feishu.", kNone = "_.";
  if (name.starts_with(kNone)) return std::string(name.substr(kNone.size()));
  return name.starts_with(kFeishu) ? account.extension(name.substr(kFeishu.size())) : std::string(name);
}

}  // namespace feishu
