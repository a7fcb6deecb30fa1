// What spreads the attempts of many bots over time.

#pragma once

#include <functional>

namespace kit {

// Numbers of [0, 1), other ones in every process.
std::function<double()> random_fractions();

}  // namespace kit
