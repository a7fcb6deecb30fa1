// KeptTokens: the loop's side of the tokens of files. Seldom asked for, so nothing of the file is kept in memory.

#pragma once

#include "bridge/journal/number_layers.h"
#include "onebot/v11/rows.h"

#include <optional>
#include <string_view>

namespace bridge::journal {

class KeptTokens final : public v11::TokenRows {
 public:
  explicit KeptTokens(const NumberLayers& layers) : layers_(layers) {}

  std::optional<v11::TokenRow> find(std::string_view token) const override;
  void put(const v11::TokenRow& row) override;

 private:
  const NumberLayers& layers_;
};

}  // namespace bridge::journal
