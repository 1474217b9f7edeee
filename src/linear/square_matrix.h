// A square matrix of floats in memory, rows `stride` apart. Not what its numbers mean.
#pragma once
#include <cstdint>

#include "kernel/aligned.h"

namespace encore {

struct SquareMatrix {
  std::int64_t size = 0;    ///< M
  std::int64_t stride = 0;  ///< a multiple of 16, at least M; what lies beyond a row's end is zero
  kernel::AlignedFloats values;  ///< [rows of the padded size × stride]
  float* row(std::int64_t i) { return values.data() + i * stride; }
  const float* row(std::int64_t i) const { return values.data() + i * stride; }

  /// Zeros. Throws std::bad_alloc when there is no memory for it.
  static SquareMatrix zeros(std::int64_t size);
  /// What `zeros` takes, in bytes.
  static std::int64_t bytes(std::int64_t size);
};

}  // namespace encore
