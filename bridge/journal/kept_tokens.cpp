#include "bridge/journal/kept_tokens.h"

namespace bridge::journal {

std::optional<v11::TokenRow> KeptTokens::find(std::string_view token) const {
  for (const NumberBatch* batch : layers_.above()) {
    if (const auto* row = batch ? batch->token(token) : nullptr) return *row;
  }
  return layers_.read(layers_.file.tokens().find(token));
}

void KeptTokens::put(const v11::TokenRow& row) {
  layers_.pending.numbers.put(row);
  layers_.changed();
}

}  // namespace bridge::journal
