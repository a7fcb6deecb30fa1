// IdQuery: which of OneBot 11's numbers somebody wants to see.

#pragma once

#include "bridge/journal/id_pages.h"
#include "onebot/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace bridge {

struct IdQuery {
  std::string platform{}, kind{};               // "": any
  std::string text{};                           // that the native id or the name holds
  std::string native{};                         // "": any
  std::optional<onebot::v11::Number> number{};  // beside native: either of both
  bool aliases = true;                          // further numbers and natives, too
};

bool is_meant(const IdQuery& query, const journal::IdEntry& entry);

// As the query of a URL, and back. bad_param: a kind, a number or a flag that is none.
std::string written(const IdQuery& query);
onebot::Result<IdQuery> read_id_query(std::string_view text);

std::optional<onebot::v11::Number> number_in(std::string_view text);

}  // namespace bridge
