// The matrix product of device `cpu`: register tiles of items × vectors, the sum over depth inside registers. It knows
// only shapes that fit the caches (a block of items against a panel of users); cutting into blocks is the caller's
// work.
#include "kernel/vector_targets.h"
#include "kernel/asking.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_multiply.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A tile of ROWS rows × VECTORS vectors of c. 16 registers (AVX2) hold 6 × 2 accumulators beside their operands, 32
/// (AVX-512, NEON) hold 6 × 4.
template <int ROWS, int VECTORS>
HWY_INLINE void MultiplyTile(const Multiply& p, Asking& asking, const float* HWY_RESTRICT a,
                             const float* HWY_RESTRICT b, float* HWY_RESTRICT c) {
  const hn::ScalableTag<float> d;
  const std::int64_t lanes = hn::Lanes(d);
  using V = hn::Vec<decltype(d)>;
  V sum[ROWS][VECTORS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) sum[r][v] = p.accumulate ? hn::Load(d, c + r * p.c_row + v * lanes) : hn::Zero(d);
  }
  const auto add = [&](std::int64_t k) HWY_ATTR {
    V right[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) right[v] = hn::Load(d, b + k * p.b_row + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; ++r) {
      const V left = hn::Set(d, a[r * p.a_row + k * p.a_depth]);
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
    }
  };
  const std::int64_t asked = asking.steps(p.depth);
  for (std::int64_t k = 0; k < asked; ++k) {
    asking.ask(k);
    add(k);
  }
  asking.done(asked);
  for (std::int64_t k = asked; k < p.depth; ++k) add(k);
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) hn::Store(sum[r][v], d, c + r * p.c_row + v * lanes);
  }
}

template <int VECTORS>
HWY_INLINE void MultiplyColumns(const Multiply& p, Asking& asking, std::int64_t column) {
  const float* b = p.b + column;
  std::int64_t row = 0;
  for (; row + 6 <= p.rows; row += 6)
    MultiplyTile<6, VECTORS>(p, asking, p.a + row * p.a_row, b, p.c + row * p.c_row + column);
  for (; row + 2 <= p.rows; row += 2)
    MultiplyTile<2, VECTORS>(p, asking, p.a + row * p.a_row, b, p.c + row * p.c_row + column);
  for (; row < p.rows; ++row) MultiplyTile<1, VECTORS>(p, asking, p.a + row * p.a_row, b, p.c + row * p.c_row + column);
}

HWY_ATTR void MultiplyMatrices(const Multiply& p) {
  const hn::ScalableTag<float> d;
  const std::int64_t lanes = hn::Lanes(d);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_SSE2
  constexpr int widest = 2;
#else
  constexpr int widest = 4;
#endif
  Asking asking(p.ahead);
  std::int64_t column = 0, left = p.columns / lanes;
  while (left > 0) {  // as even as possible: 10 vectors go as 4 + 3 + 3, not 4 + 4 + 2
    const std::int64_t tiles = (left + widest - 1) / widest, now = (left + tiles - 1) / tiles;
    if constexpr (widest == 4) {
      if (now == 4) MultiplyColumns<4>(p, asking, column);
      if (now == 3) MultiplyColumns<3>(p, asking, column);
    }
    if (now == 2) MultiplyColumns<2>(p, asking, column);
    if (now == 1) MultiplyColumns<1>(p, asking, column);
    column += now * lanes, left -= now;
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(MultiplyMatrices);
namespace vector {

void multiply(const Multiply& p) { HWY_DYNAMIC_DISPATCH(MultiplyMatrices)(p); }
std::int64_t compiled_targets() { return HWY_TARGETS; }
void forget_dispatch() { hwy::GetChosenTarget().DeInit(); }

}  // namespace vector
}  // namespace encore::kernel
#endif
