// Transposition of device `cpu`: four columns of as many rows as a vector has lanes become four whole vectors; the
// edges go number by number.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_transpose.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernel/four_columns-inl.h"

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // no vectors: all is edge

HWY_INLINE void TransposeFour(const float*, std::int64_t, float*, std::int64_t) {}
constexpr std::int64_t rows_at_once = INT64_MAX;

#else

HWY_INLINE void TransposeFour(const float* HWY_RESTRICT from, std::int64_t from_row, float* HWY_RESTRICT to,
                              std::int64_t to_row) {
  const hn::ScalableTag<float> d;
  const FourColumns<decltype(d)> four(d, from, from_row);
  hn::StoreU(four.column0, d, to);
  hn::StoreU(four.column1, d, to + to_row);
  hn::StoreU(four.column2, d, to + 2 * to_row);
  hn::StoreU(four.column3, d, to + 3 * to_row);
}

constexpr auto rows_at_once = static_cast<std::int64_t>(hn::MaxLanes(hn::ScalableTag<float>()));

#endif

HWY_ATTR void Transpose(const float* HWY_RESTRICT from, std::int64_t rows, std::int64_t columns, std::int64_t from_row,
                        float* HWY_RESTRICT to, std::int64_t to_row) {
  const std::int64_t whole_rows = rows / rows_at_once * rows_at_once, whole_columns = columns / 4 * 4;
  for (std::int64_t r = 0; r < whole_rows; r += rows_at_once) {
    for (std::int64_t c = 0; c < whole_columns; c += 4)
      TransposeFour(from + r * from_row + c, from_row, to + c * to_row + r, to_row);
  }
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = c < whole_columns ? whole_rows : 0; r < rows; ++r)
      to[c * to_row + r] = from[r * from_row + c];
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(Transpose);
namespace vector {

void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, float* to,
               std::int64_t to_row) {
  HWY_DYNAMIC_DISPATCH(Transpose)(from, rows, columns, from_row, to, to_row);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
