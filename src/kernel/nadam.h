// NAdam's arithmetic of one row, for the only model that moves by it (linear/elsa_table.h), which says what the coefficients are. On
// the machine's vectors whatever the device: no sum, no fused operation, hence the bits of the plain loop.
#pragma once
#include <cstdint>

namespace encore::kernel {

struct NadamStep {
  float of_gradient, of_mean;  ///< the step along the gradient, and along its mean
  float correction;            ///< 1 / √(1 − β₂ᵗ)
};

/// m ← .9m + .1g, v ← .999v + .001g², w ← w − (of_gradient·g + of_mean·m) / (√v·correction + 1e-8)
void move_by_nadam(const NadamStep&, float* w, float* m, float* v, const float* g, std::int64_t floats);

}  // namespace encore::kernel
