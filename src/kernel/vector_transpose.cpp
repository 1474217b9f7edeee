// Transposition of device `cpu`: four columns of as many rows as a vector has lanes become four whole vectors; the
// edges go number by number.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_transpose.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // no vectors: all is edge

HWY_INLINE void FourColumns(const float*, std::int64_t, float*, std::int64_t) {}
constexpr std::int64_t rows_at_once = INT64_MAX;

#else

/// Four neighbours of every fourth row from `at` on, each in 128 bits of its own.
template <class D>
HWY_INLINE hn::Vec<D> EveryFourthRow(D d, const float* HWY_RESTRICT at, std::int64_t row) {
  if constexpr (hn::MaxLanes(D()) <= 4) {
    return hn::LoadU(d, at);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, EveryFourthRow(half, at + static_cast<std::int64_t>(hn::Lanes(half)) * row, row),
                       EveryFourthRow(half, at, row));
  }
}

HWY_INLINE void FourColumns(const float* HWY_RESTRICT from, std::int64_t from_row, float* HWY_RESTRICT to,
                            std::int64_t to_row) {
  const hn::ScalableTag<float> d;
  const hn::Repartition<std::uint64_t, decltype(d)> pairs;
  const auto row0 = EveryFourthRow(d, from, from_row), row1 = EveryFourthRow(d, from + from_row, from_row),
             row2 = EveryFourthRow(d, from + 2 * from_row, from_row),
             row3 = EveryFourthRow(d, from + 3 * from_row, from_row);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, row0, row1)),
             low23 = hn::BitCast(pairs, hn::InterleaveLower(d, row2, row3)),
             high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, row0, row1)),
             high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, row2, row3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + to_row);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + 2 * to_row);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + 3 * to_row);
}

constexpr auto rows_at_once = static_cast<std::int64_t>(hn::MaxLanes(hn::ScalableTag<float>()));

#endif

HWY_ATTR void Transpose(const float* HWY_RESTRICT from, std::int64_t rows, std::int64_t columns, std::int64_t from_row,
                        float* HWY_RESTRICT to, std::int64_t to_row) {
  const std::int64_t whole_rows = rows / rows_at_once * rows_at_once, whole_columns = columns / 4 * 4;
  for (std::int64_t r = 0; r < whole_rows; r += rows_at_once) {
    for (std::int64_t c = 0; c < whole_columns; c += 4)
      FourColumns(from + r * from_row + c, from_row, to + c * to_row + r, to_row);
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
