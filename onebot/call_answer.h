// CallAnswer: what applications are told of the answers of one call, as its row says.

#pragma once

#include "onebot/call.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace onebot {

// The answers of one call, page after page. table, row and what input refers to outlive it.
class CallAnswer {
 public:
  CallAnswer(const CallTable& table, const CallRow& row, CallInput input) : table_(table), row_(row), input_(input) {}

  // Where the next page begins, the value of paging.query; nullopt: that was the last. Error: the platform told what it
  // must not.
  Result<std::optional<std::string>> take(json::View answer);
  const List& items() const { return items_; }
  void use(List items) { items_ = std::move(items); }  // of an earlier call
  Result<Value> result();                              // once

 private:
  Result<std::optional<std::string>> take_page(json::View answer);
  Fields tell(json::View from) const;

  const CallTable& table_;
  const CallRow& row_;
  CallInput input_;
  List items_{};
  std::set<std::string> seen_{};
  std::size_t pages_ = 0;
  Value value_{};
};

}  // namespace onebot
