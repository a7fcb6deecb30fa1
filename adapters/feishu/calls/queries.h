// Queries: the actions that are one call of the REST interface, or its pages one after another: which call, and what
// its answer says. Pure; Adapter makes the calls.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/paths.h"
#include "adapters/feishu/target.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace feishu {

// What a query is made from.
struct Asked {
  const onebot::Fields& params;
  const Account& account;
  const OwnPaths& paths;
  std::function<Target(std::string_view user_id)> person{};
  onebot::Fields self{};  // what get_self_info says
};

struct Query {
  ApiRequest request{};
  // Of a call without pages: "data" of the answer. Empty: there is nothing to tell.
  std::function<onebot::Result<onebot::Value>(onebot::json::View data)> read{};
  // Of one with pages: each of its items, and what becomes of the list; item empty: no pages.
  std::function<onebot::Value(onebot::json::View item)> item{};
  std::function<onebot::Result<onebot::Value>(onebot::List all)> finish{};
  std::string members_of{};     // the group whose members the items are
  bool recent_will_do = false;  // a list of a moment ago is as good
};

struct QueryRow {
  std::string_view action{};  // "_." stands for the platform's prefix
  std::string OwnPaths::*path = nullptr;
  onebot::Result<Query> (*ask)(const Asked&) = nullptr;
};
std::span<const QueryRow> queries();
std::string action_name(const QueryRow& row, const Account& account);

}  // namespace feishu
