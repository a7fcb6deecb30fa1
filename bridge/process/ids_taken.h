// Numbers that are imported or bound: all of them, or none and why. Of a folder and of a running bridge alike.

#pragma once

#include "bridge/journal/id_pages.h"
#include "bridge/journal/number_batch.h"
#include "onebot/v11/rows.h"

#include <optional>
#include <string>
#include <vector>

namespace bridge {

// Puts them. What clashes is another's number, one line each; then what was put is good for nothing.
std::vector<std::string> take_all(onebot::v11::IdRows& rows, const std::vector<journal::IdEntry>& entries);

// Rows upon others, which are not touched before put_down().
class StagedIds final : public onebot::v11::IdRows {
 public:
  explicit StagedIds(onebot::v11::IdRows& below) : below_(below) {}

  std::optional<onebot::v11::IdRow> find(const onebot::v11::Native& native) const override;
  std::optional<onebot::v11::IdRow> find(onebot::v11::Space space, onebot::v11::Number number) const override;
  void put(const onebot::v11::IdRow& row) override { staged_.put(row); }
  void put_alias(const onebot::v11::Native& native, onebot::v11::Number number) override {
    staged_.put_alias(native, number);
  }
  void put_down();

 private:
  onebot::v11::IdRows& below_;
  journal::NumberBatch staged_{};
};

}  // namespace bridge
