// Turns: messages to one chat go out one after the other.

#pragma once

#include "adapters/kit/turns.h"

namespace qq {

using Turns = kit::Turns;

}  // namespace qq
