// Rates: how often the platform lets a bot call each of its addresses.
// Platform: the rates at the head of each API page; server-inter/message/overview.

#pragma once

#include "adapters/kit/pace.h"

#include <span>

namespace qq {

using Pace = kit::Pace;

std::span<const kit::Rate> rates();

}  // namespace qq
