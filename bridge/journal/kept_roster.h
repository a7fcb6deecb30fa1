// KeptRoster: the loop's side of the roster: what the file says, and what is not in it yet done to that.

#pragma once

#include "bridge/journal/number_layers.h"
#include "onebot/v11/rows.h"

#include <optional>
#include <string_view>
#include <vector>

namespace bridge::journal {

class KeptRoster final : public v11::RosterRows {
 public:
  explicit KeptRoster(const NumberLayers& layers) : layers_(layers) {}

  std::optional<v11::RosterRow> find(const v11::RosterKey& key) const override;
  std::vector<v11::RosterRow> places(std::string_view bot) const override;
  std::vector<v11::RosterRow> people(const v11::RosterKey& place) const override;
  void put(const v11::RosterRow& row) override;
  void forget(const v11::RosterKey& key) override;

 private:
  // What the file gave, with all that came since.
  template <class Wanted>
  std::vector<v11::RosterRow> now(onebot::Result<std::vector<v11::RosterRow>> rows, Wanted wanted) const;

  const NumberLayers& layers_;
};

}  // namespace bridge::journal
