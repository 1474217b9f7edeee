// Products of bfloat16 of device `cpu` on processors without instructions for it: the same sums in the same order, by
// way of f32. And the choice between them, the instructions (bfloat16_instructions.cpp) and tiles (tile_instructions.cpp).
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_bfloat16.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include <atomic>
#include <cstring>

#include "kernel/flush_to_zero.h"
#include "kernel/tile_instructions.h"

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using V = hn::Vec<Tag>;

/// One half of each pair as f32.
template <bool ODD>
HWY_INLINE V Half(hn::Vec<hn::RebindToUnsigned<Tag>> pairs) {
  const hn::RebindToUnsigned<Tag> du;
  if constexpr (ODD) return hn::BitCast(Tag(), hn::And(pairs, hn::Set(du, 0xFFFF0000U)));
  return hn::BitCast(Tag(), hn::ShiftLeft<16>(pairs));
}

template <bool ODD, int ROWS, int VECTORS>
HWY_INLINE void AddHalves(const MultiplyPairs& p, const BfloatPair* HWY_RESTRICT a, const BfloatPair* HWY_RESTRICT b,
                          V (&sum)[ROWS][VECTORS]) {
  const hn::RebindToUnsigned<Tag> du;
  const auto* columns = reinterpret_cast<const std::uint32_t*>(b);
  V right[VECTORS];
#pragma GCC unroll 4
  for (int v = 0; v < VECTORS; ++v) right[v] = Half<ODD>(hn::Load(du, columns + v * hn::Lanes(du)));
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
    std::uint32_t pair;
    std::memcpy(&pair, a + r * p.a_row, sizeof pair);
    const V left = Half<ODD>(hn::Set(du, pair));
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
  }
}

template <int ROWS, int VECTORS>
HWY_INLINE void MultiplyPairsTile(const MultiplyPairs& p, std::int64_t row, std::int64_t column) {
  const Tag d;
  const std::int64_t lanes = hn::Lanes(d);
  const BfloatPair *a = p.a + row * p.a_row, *b = p.b + column;
  float* HWY_RESTRICT c = p.c + row * p.c_row + column;
  V sum[ROWS][VECTORS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
    const float start = p.start != nullptr ? p.start[(row + r) * p.start_row] : 0.0F;
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v)
      sum[r][v] = p.accumulate ? hn::Load(d, c + r * p.c_row + v * lanes) : hn::Set(d, start);
  }
  for (std::int64_t k = 0; k < p.depth; ++k) {
    AddHalves<true>(p, a + k * p.a_depth, b + k * p.b_row, sum);
    AddHalves<false>(p, a + k * p.a_depth, b + k * p.b_row, sum);
  }
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) hn::Store(sum[r][v], d, c + r * p.c_row + v * lanes);
  }
}

template <int VECTORS>
HWY_INLINE void MultiplyPairsColumns(const MultiplyPairs& p, std::int64_t column) {
  std::int64_t row = 0;
  for (; row + 6 <= p.rows; row += 6) MultiplyPairsTile<6, VECTORS>(p, row, column);
  for (; row < p.rows; ++row) MultiplyPairsTile<1, VECTORS>(p, row, column);
}

/// Columns by two vectors: with four, the halves that are taken apart would not stay in registers.
HWY_ATTR void MultiplyBfloatPairs(const MultiplyPairs& p) {
  const std::int64_t lanes = hn::Lanes(Tag());
  std::int64_t column = 0;
  for (; column + 2 * lanes <= p.columns; column += 2 * lanes) MultiplyPairsColumns<2>(p, column);
  if (column < p.columns) MultiplyPairsColumns<1>(p, column);
}

/// Rounds to bfloat16, in the upper half of each number; denormals become zeros, NaN stays one.
template <class D>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> Rounded(D d, hn::Vec<D> x) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, x), sign = hn::Set(du, 0x80000000U);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1));
  const auto nearest = hn::Add(hn::Add(bits, hn::Set(du, 0x7FFF)), odd);
  const auto normal = hn::Ge(hn::Abs(x), hn::Set(d, 0x1p-126F));
  const auto flushed = hn::IfThenElse(hn::RebindMask(du, normal), nearest, hn::And(bits, sign));
  return hn::IfThenElse(hn::RebindMask(du, hn::Eq(x, x)), flushed, hn::Or(bits, hn::Set(du, 0x400000)));
}

template <class D>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> Pairs(D d, hn::Vec<D> even, hn::Vec<D> odd) {
  const hn::RebindToUnsigned<D> du;
  return hn::Or(hn::ShiftRight<16>(Rounded(d, even)), hn::And(Rounded(d, odd), hn::Set(du, 0xFFFF0000U)));
}

HWY_ATTR void PairRows(const float* HWY_RESTRICT from, std::int64_t rows, std::int64_t columns, std::int64_t from_row,
                       BfloatPair* HWY_RESTRICT to, std::int64_t to_row) {
  const Tag d;
  for (std::int64_t r = 0; r < rows; r += 2) {
    const float* row = from + r * from_row;
    auto* out = reinterpret_cast<std::uint32_t*>(to + r / 2 * to_row);
    for (std::int64_t c = 0; c < columns; c += hn::Lanes(d)) {
      const V odd = r + 1 < rows ? hn::Load(d, row + from_row + c) : hn::Zero(d);
      hn::Store(Pairs(d, hn::Load(d, row + c), odd), hn::RebindToUnsigned<Tag>(), out + c);
    }
  }
}

HWY_ATTR void PairColumns(const float* HWY_RESTRICT from, std::int64_t rows, std::int64_t columns,
                          std::int64_t from_row, BfloatPair* HWY_RESTRICT to, std::int64_t to_row) {
  const hn::CappedTag<float, 8> d;  // pairs of 16 columns
  for (std::int64_t r = 0; r < rows; ++r) {
    auto* out = reinterpret_cast<std::uint32_t*>(to + r * to_row);
    for (std::int64_t c = 0; c < columns; c += 2 * hn::Lanes(d)) {
      hn::Vec<decltype(d)> even, odd;
      hn::LoadInterleaved2(d, from + r * from_row + c, even, odd);
      hn::StoreU(Pairs(d, even, odd), hn::RebindToUnsigned<decltype(d)>(), out + c / 2);
    }
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(MultiplyBfloatPairs);
HWY_EXPORT(PairRows);
HWY_EXPORT(PairColumns);
namespace vector {
namespace {

std::atomic<std::optional<BfloatWay>> chosen{};

/// Null where they are absent, or passed over.
const BfloatKernels* instructions() { return bfloat16_way() == BfloatWay::singles ? nullptr : bfloat16_instructions(); }

}  // namespace

BfloatWay best_bfloat16_way() {
  static const BfloatWay best = [] {
    if (tile_state() == TileState::usable) return BfloatWay::tiles;
    return bfloat16_instructions() != nullptr ? BfloatWay::instructions : BfloatWay::singles;
  }();
  return best;
}

BfloatWay bfloat16_way() {
  const std::optional<BfloatWay> way = chosen.load(std::memory_order_relaxed);
  return way ? *way : best_bfloat16_way();
}

void choose_bfloat16_way(std::optional<BfloatWay> way) { chosen = way; }

void multiply_pairs(const MultiplyPairs& p) {
  switch (bfloat16_way()) {
    case BfloatWay::tiles:
      return multiply_by_tiles(p);
    case BfloatWay::emulated_tiles:
      return multiply_by_emulated_tiles(p);
    case BfloatWay::instructions:
      return bfloat16_instructions()->multiply_pairs(p);
    case BfloatWay::singles:
      break;
  }
  const FlushToZero as_the_instruction_does;
  HWY_DYNAMIC_DISPATCH(MultiplyBfloatPairs)(p);
}
void pair_rows(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
               std::int64_t to_row) {
  if (const BfloatKernels* kernels = instructions())
    return kernels->pair_rows(from, rows, columns, from_row, to, to_row);
  HWY_DYNAMIC_DISPATCH(PairRows)(from, rows, columns, from_row, to, to_row);
}
void pair_columns(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
                  std::int64_t to_row) {
  if (const BfloatKernels* kernels = instructions())
    return kernels->pair_columns(from, rows, columns, from_row, to, to_row);
  HWY_DYNAMIC_DISPATCH(PairColumns)(from, rows, columns, from_row, to, to_row);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
