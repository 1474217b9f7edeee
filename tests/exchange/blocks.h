// Made-up partials for tests: what each block adds depends on nothing but the block, some units stay absent.
#pragma once
#include <random>
#include "exchange/partials.h"

namespace encore::made_up {

inline const kernel::Kernels& cpu() { return kernel::device_named("cpu"); }

/// Fills one block's leaf: unit u gets random numbers, unless (block + u) % 3 == 0 or u is 5, which stay absent.
inline void add_block(Partials& partials, std::int64_t block) {
  partials.open(block);
  std::mt19937 random(static_cast<unsigned>(block));
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::int64_t unit = 0; unit < partials.units(); ++unit) {
    if ((block + unit) % 3 == 0 || unit == 5) continue;
    float* to = partials.touch(unit);
    for (std::int64_t i = 0; i < partials.floats(); ++i) to[i] += uniform(random);
  }
  partials.close();
}

inline void add_blocks(Partials& partials, std::int64_t first, std::int64_t last) {
  for (std::int64_t block = first; block < last; ++block) add_block(partials, block);
}

}  // namespace encore::made_up
