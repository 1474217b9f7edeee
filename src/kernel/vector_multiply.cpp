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

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Where a tile finds a(m, k): at[m·row + k·depth].
struct Left {
  const float* HWY_RESTRICT at;
  std::int64_t row, depth;
};

/// A tile of ROWS rows × VECTORS vectors of c. 16 registers (AVX2) hold 6 × 2 accumulators beside their operands, 32
/// (AVX-512, NEON) hold 6 × 4.
template <int ROWS, int VECTORS>
HWY_INLINE void MultiplyTile(const Multiply& p, Asking& asking, const Left& a, const float* HWY_RESTRICT b,
                             float* HWY_RESTRICT c) {
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
      const V left = hn::Set(d, a.at[r * a.row + k * a.depth]);
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
    }
  };
  const std::int64_t every = asking.every(), asked = asking.steps(p.depth / every);
  for (std::int64_t question = 0; question < asked; ++question) {
    asking.ask(question);
    for (std::int64_t k = question * every; k < (question + 1) * every; ++k) add(k);
  }
  asking.done(asked);
  for (std::int64_t k = asked * every; k < p.depth; ++k) add(k);
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) hn::Store(sum[r][v], d, c + r * p.c_row + v * lanes);
  }
}

/// Rows go by sixes; what is left goes by fours where it can, because tiles of two wait for their own sums.
HWY_INLINE std::int64_t RowsOfTile(std::int64_t left) {
  if (left >= 6 && left != 8) return 6;
  return left >= 4 ? 4 : std::min<std::int64_t>(left, 2);
}

/// `packed`: what PackTiles made of a, or null.
template <int VECTORS>
HWY_INLINE void MultiplyColumns(const Multiply& p, Asking& asking, const float* packed, std::int64_t column) {
  std::int64_t rows = 0;
  for (std::int64_t row = 0; row < p.rows; row += rows) {
    rows = RowsOfTile(p.rows - row);
    const Left a =
        packed != nullptr ? Left{packed + row * p.depth, 1, rows} : Left{p.a + row * p.a_row, p.a_row, p.a_depth};
    const float* b = p.b + column;
    float* c = p.c + row * p.c_row + column;
    if (rows == 6) MultiplyTile<6, VECTORS>(p, asking, a, b, c);
    if (rows == 4) MultiplyTile<4, VECTORS>(p, asking, a, b, c);
    if (rows == 2) MultiplyTile<2, VECTORS>(p, asking, a, b, c);
    if (rows == 1) MultiplyTile<1, VECTORS>(p, asking, a, b, c);
  }
}

template <int ROWS>
HWY_INLINE void PackTile(const Multiply& p, std::int64_t row, float* HWY_RESTRICT to) {
  for (std::int64_t k = 0; k < p.depth; ++k) std::memcpy(to + k * ROWS, p.a + row + k * p.a_depth, ROWS * sizeof *to);
}

/// What the tiles read of an `a` that lies across them (a_row = 1), tile after tile in the order of their sums. Its
/// lines, `a_depth` apart, often share a few sets of the first cache and push one another out.
HWY_INLINE void PackTiles(const Multiply& p, float* HWY_RESTRICT packed) {
  std::int64_t rows = 0;
  for (std::int64_t row = 0; row < p.rows; row += rows) {
    rows = RowsOfTile(p.rows - row);
    float* to = packed + row * p.depth;
    if (rows == 6) PackTile<6>(p, row, to);
    if (rows == 4) PackTile<4>(p, row, to);
    if (rows == 2) PackTile<2>(p, row, to);
    if (rows == 1) PackTile<1>(p, row, to);
  }
}

HWY_ATTR void MultiplyMatrices(const Multiply& p) {
  const hn::ScalableTag<float> d;
  const std::int64_t lanes = hn::Lanes(d);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_SSE2
  constexpr int widest = 2;
#else
  constexpr int widest = 4;
#endif
  constexpr std::int64_t room = 64 * 256;
  HWY_ALIGN float packed_tiles[room];
  const float* packed = nullptr;
  std::int64_t column = 0, left = p.columns / lanes;
  if (p.a_row == 1 && p.a_depth > 1 && p.rows * p.depth <= room && left > widest) {
    PackTiles(p, packed_tiles);
    packed = packed_tiles;
  }
  Asking asking(p.ahead, p.depth * ((p.rows + 5) / 6) * ((left + widest - 1) / widest));
  while (left > 0) {  // as even as possible: 10 vectors go as 4 + 3 + 3, not 4 + 4 + 2
    const std::int64_t tiles = (left + widest - 1) / widest, now = (left + tiles - 1) / tiles;
    if constexpr (widest == 4) {
      if (now == 4) MultiplyColumns<4>(p, asking, packed, column);
      if (now == 3) MultiplyColumns<3>(p, asking, packed, column);
    }
    if (now == 2) MultiplyColumns<2>(p, asking, packed, column);
    if (now == 1) MultiplyColumns<1>(p, asking, packed, column);
    column += now * lanes, left -= now;
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(MultiplyMatrices);
namespace vector {

/// An `a` that lies across and is too large to be packed whole goes in pieces that are not, where b has columns enough to make up for
/// the packing. Every sum runs on where the piece before ended: the same bits as in one piece.
void multiply(const Multiply& p) {
  constexpr std::int64_t room = 64 * 256, deep = 320, enough_columns = 64;
  if (p.a_row != 1 || p.a_depth == 1 || p.rows * p.depth <= room || p.columns <= enough_columns)
    return HWY_DYNAMIC_DISPATCH(MultiplyMatrices)(p);
  const std::int64_t pieces = (p.depth + deep - 1) / deep, depth = (p.depth + pieces - 1) / pieces, rows = room / depth / 6 * 6;
  for (std::int64_t k = 0; k < p.depth; k += depth) {
    for (std::int64_t row = 0; row < p.rows; row += rows) {
      Multiply piece = p;
      piece.rows = std::min(rows, p.rows - row), piece.depth = std::min(depth, p.depth - k);
      piece.a += row + k * p.a_depth, piece.b += k * p.b_row, piece.c += row * p.c_row;
      piece.accumulate = p.accumulate || k > 0;
      if (k + row > 0) piece.ahead = {};
      HWY_DYNAMIC_DISPATCH(MultiplyMatrices)(piece);
    }
  }
}
std::int64_t compiled_targets() { return HWY_TARGETS; }
void forget_dispatch() { hwy::GetChosenTarget().DeInit(); }

}  // namespace vector
}  // namespace encore::kernel
#endif
