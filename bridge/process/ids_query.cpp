#include "bridge/process/ids_query.h"

#include "bridge/journal/number_tables.h"
#include "onebot/ascii.h"
#include "onebot/io.h"

#include <fmt/format.h>

namespace bridge {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
namespace io = onebot::io;
namespace v11 = onebot::v11;

bool is_meant(const IdQuery& query, const journal::IdEntry& entry) {
  const auto& [native, number, name] = entry.row;
  if (entry.is_alias && !query.aliases) return false;
  if (!query.platform.empty() && native.platform != query.platform) return false;
  if (!query.kind.empty() && journal::name_of(native.kind) != query.kind) return false;
  if (!native.id.contains(query.text) && !name.contains(query.text)) return false;
  if (query.native.empty() && !query.number) return true;
  return (!query.native.empty() && native.id == query.native) || query.number == number;
}

std::string written(const IdQuery& query) {
  std::string text = query.aliases ? "aliases=true" : "aliases=false";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("&{}={}", name, io::percent_encode(value));
  };
  add("platform", query.platform);
  add("kind", query.kind);
  add("text", query.text);
  add("native", query.native);
  if (query.number) add("number", fmt::to_string(*query.number));
  return text;
}

Result<IdQuery> read_id_query(std::string_view text) {
  const auto param = [&](std::string_view name) { return io::query_param(text, name).value_or(""); };
  IdQuery query{.platform = param("platform"),
                .kind = param("kind"),
                .text = param("text"),
                .native = param("native"),
                .number = number_in(param("number"))};
  if (!query.kind.empty() && !journal::kind_of(query.kind)) {
    return fail(Retcode::bad_param, "\"kind\" must be user, group or channel");
  }
  if (!query.number && !param("number").empty()) {
    return fail(Retcode::bad_param, fmt::format("\"number\": \"{}\" is no number", param("number")));
  }
  const std::string aliases = param("aliases");
  if (!aliases.empty() && aliases != "true" && aliases != "false") {
    return fail(Retcode::bad_param, "\"aliases\" must be true or false");
  }
  query.aliases = aliases != "false";
  return query;
}

std::optional<v11::Number> number_in(std::string_view text) { return onebot::ascii::number_in<v11::Number>(text); }

}  // namespace bridge
