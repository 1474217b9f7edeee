// The matrix product of device `cpu` for the few people of a question: items run along the lanes, so that no lane is
// left empty, and the table passes through the processor at the speed of memory. For a panel of many: vector_multiply.cpp.
#include "kernel/vector_targets.h"
#include "kernel/asking.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_few_columns.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernel/four_columns-inl.h"

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

/// 256 bits at most: a row is read in pieces of 16 bytes, and more rows at once would be more lines than arrive in time.
using FewLanes = hn::CappedTag<float, 8>;

/// GROUPS vectors of rows, COLUMNS columns: the sums stay in registers, each runs upwards along the depth.
template <int GROUPS, int COLUMNS>
HWY_INLINE void FewTile(const Multiply& p, const float* HWY_RESTRICT a, float* HWY_RESTRICT c) {
  const FewLanes d;
  using V = hn::Vec<FewLanes>;
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(d));
  V sum[GROUPS][COLUMNS];
#pragma GCC unroll 4
  for (int g = 0; g < GROUPS; ++g)
#pragma GCC unroll 8
    for (int n = 0; n < COLUMNS; ++n) sum[g][n] = hn::Zero(d);
  const auto add = [&](int g, V column, std::int64_t k) HWY_ATTR {
#pragma GCC unroll 8
    for (int n = 0; n < COLUMNS; ++n) sum[g][n] = hn::MulAdd(column, hn::Set(d, p.b[k * p.b_row + n]), sum[g][n]);
  };
  // The next tile's rows, asked for along this one's: read piece by piece, they are no stream that the processor sees.
  const float* ahead = a + GROUPS * lanes * p.a_row;
  std::int64_t k = 0;
  for (; k + 4 <= p.depth; k += 4, ahead += 4 * GROUPS * lanes) {
#pragma GCC unroll 4
    for (std::int64_t i = 0; i < 4 * GROUPS * lanes; i += floats_of_a_line) __builtin_prefetch(ahead + i, 0, 3);
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS; ++g) {
      const FourColumns<FewLanes> four(d, a + g * lanes * p.a_row + k, p.a_row);
      add(g, four.column0, k);
      add(g, four.column1, k + 1);
      add(g, four.column2, k + 2);
      add(g, four.column3, k + 3);
    }
  }
  HWY_ALIGN float one[static_cast<std::size_t>(lanes)];
  for (; k < p.depth; ++k) {
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS; ++g) {
      for (std::int64_t row = 0; row < lanes; ++row) one[row] = a[(g * lanes + row) * p.a_row + k];
      add(g, hn::Load(d, one), k);
    }
  }
#pragma GCC unroll 4
  for (int g = 0; g < GROUPS; ++g) {
#pragma GCC unroll 8
    for (int n = 0; n < COLUMNS; ++n) {
      hn::Store(sum[g][n], d, one);
      for (std::int64_t row = 0; row < lanes; ++row) c[(g * lanes + row) * p.c_row + n] = one[row];
    }
  }
}

template <int COLUMNS>
HWY_INLINE std::int64_t FewRows(const Multiply& p) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(FewLanes()));
  constexpr int groups = COLUMNS <= 4 ? 2 : 1;  // sums that hide one another's latency, and fit 16 registers
  std::int64_t row = 0;
  for (; row + groups * lanes <= p.rows; row += groups * lanes)
    FewTile<groups, COLUMNS>(p, p.a + row * p.a_row, p.c + row * p.c_row);
  for (; row + lanes <= p.rows; row += lanes) FewTile<1, COLUMNS>(p, p.a + row * p.a_row, p.c + row * p.c_row);
  return row;
}

#endif

HWY_ATTR void MultiplyFew(const Multiply& p) {
  std::int64_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  if (p.columns == 1) row = FewRows<1>(p);
  if (p.columns == 2) row = FewRows<2>(p);
  if (p.columns == 3) row = FewRows<3>(p);
  if (p.columns == 4) row = FewRows<4>(p);
  if (p.columns == 5) row = FewRows<5>(p);
  if (p.columns == 6) row = FewRows<6>(p);
  if (p.columns == 7) row = FewRows<7>(p);
  if (p.columns == 8) row = FewRows<8>(p);
#endif
  const hn::CappedTag<float, 1> one;  // the rows of the edge, by the same multiply-add
  for (; row < p.rows; ++row) {
    for (std::int64_t n = 0; n < p.columns; ++n) {
      auto sum = hn::Zero(one);
      for (std::int64_t k = 0; k < p.depth; ++k)
        sum = hn::MulAdd(hn::Set(one, p.a[row * p.a_row + k]), hn::Set(one, p.b[k * p.b_row + n]), sum);
      p.c[row * p.c_row + n] = hn::GetLane(sum);
    }
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(MultiplyFew);
namespace vector {

void multiply_few(const Multiply& p) { HWY_DYNAMIC_DISPATCH(MultiplyFew)(p); }

}  // namespace vector
}  // namespace encore::kernel
#endif
