#include "adapters/feishu/target.h"

#include "onebot/params.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

// How ids begin where they tell what they name.
struct IdKind {
  std::string_view begins{}, id_type{};
};
constexpr IdKind kKinds[] = {{"oc_", "chat_id"}, {"ou_", "open_id"}, {"on_", "union_id"}};

std::string name_of(IdType type) { return std::string(kIdTypeNames[static_cast<std::size_t>(type)]); }

}  // namespace

Result<std::string> id_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(id, onebot::string_param(params, name));
  if (!id.empty() && id.size() <= 256) return id;
  return fail(Retcode::bad_param, fmt::format("{}: must have 1 to 256 characters", name));
}

Target person(std::string_view user_id, const Account& account) {
  const Dialect& dialect = account.dialect();
  const std::string* alias = account.memory ? account.memory->aliases.find(user_id) : nullptr;
  if (alias) return {name_of(dialect.send_by), *alias};
  if (!dialect.kinds_by_prefix) return {name_of(account.id_type), std::string(user_id)};
  for (const IdKind& kind : kKinds) {
    if (user_id.starts_with(kind.begins)) return {std::string(kind.id_type), std::string(user_id)};
  }
  return {user_id.find('@') == std::string_view::npos ? "user_id" : "email", std::string(user_id)};
}

Result<Target> target_of(const Fields& params, const Account& account) {
  ONEBOT_TRY(detail_type, onebot::string_param(params, "detail_type"));
  const std::string chat_param = account.extension("chat_id");
  if (detail_type == "private" && onebot::find(params, chat_param)) {
    ONEBOT_TRY(chat, id_param(params, chat_param));
    return Target{"chat_id", std::move(chat)};
  }
  if (detail_type != "private" && detail_type != "group") {
    return fail(Retcode::unsupported_param, fmt::format("detail_type: \"{}\" is none of private, group", detail_type));
  }
  const std::string_view name = detail_type == "private" ? "user_id" : "group_id";
  ONEBOT_TRY(id, id_param(params, name));
  return detail_type == "private" ? person(id, account) : Target{"chat_id", std::move(id)};
}

}  // namespace feishu
