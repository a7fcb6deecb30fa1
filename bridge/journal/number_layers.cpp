#include "bridge/journal/number_layers.h"

#include <fmt/format.h>

namespace bridge::journal {

void NumberLayers::tell(const onebot::Error& error) const {
  ++failed;
  log.count("journal_read_failures");
  log.line(onebot::LogLevel::error,
           fmt::format("journal lookup of a number failed error=\"{}\" next=as_if_it_was_not_there", error.message));
}

}  // namespace bridge::journal
