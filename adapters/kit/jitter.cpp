#include "adapters/kit/jitter.h"

#include <random>

namespace kit {

Random random_fractions() {
  return [engine = std::minstd_rand(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace kit
