// What spreads the attempts of many bots over time.

#pragma once

#include <functional>

namespace kit {

// Says a fraction of [0, 1), another each time.
using Random = std::function<double()>;

Random random_fractions();  // other ones in every process

}  // namespace kit
