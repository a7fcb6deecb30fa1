#include "adapters/registry.h"

#include "adapters/feishu/adapter.h"
#include "adapters/feishu/events/events.h"
#include "adapters/feishu/simulator/simulator.h"
#include "adapters/qq/adapter.h"
#include "adapters/qq/simulator/simulator.h"

#include <algorithm>

namespace adapters {

std::span<const Platform> platforms() {
  static constexpr Platform kPlatforms[] = {
      {"qq", "adapters/qq", qq::kOptions, &qq::make, &qq::translate_payload, &qq::make_simulator},
      {"feishu", "adapters/feishu", feishu::kOptions, &feishu::make, &feishu::translate_payload,
       &feishu::make_simulator},
      {"lark", "adapters/feishu", feishu::kOptions, &feishu::make, &feishu::translate_payload, &feishu::make_simulator},
      {"bosshi", "adapters/feishu", feishu::kOptions, &feishu::make, &feishu::translate_payload,
       &feishu::make_simulator},
  };
  return kPlatforms;
}

const Platform* find_platform(std::string_view name) {
  const auto found = std::ranges::find(platforms(), name, &Platform::name);
  return found == platforms().end() ? nullptr : &*found;
}

}  // namespace adapters
