// Products of bfloat16 by the processor's own instructions, AVX512_BF16: 64 operations a cycle and core on Zen 4, where
// f32 has 32. Highway 1.0 has no target for them, so they stand here by name. Other processors: vector_bfloat16.cpp.
#include "kernel/asking.h"
#include "kernel/vector.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define ENCORE_BF16 __attribute__((target("avx512f,avx512bw,avx512bf16")))

namespace encore::kernel::vector {
namespace {

constexpr std::int64_t lanes = 16;

/// A tile of ROWS rows × VECTORS vectors of c: 24 accumulators of 32 registers at most.
template <int ROWS, int VECTORS>
ENCORE_BF16 inline void multiply_tile(const MultiplyPairs& p, Asking& asking, std::int64_t row, std::int64_t column) {
  const BfloatPair *a = p.a + row * p.a_row, *b = p.b + column;
  float* c = p.c + row * p.c_row + column;
  __m512 sum[ROWS][VECTORS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; ++r) {
    const float start = p.start != nullptr ? p.start[(row + r) * p.start_row] : 0.0F;
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v)
      sum[r][v] = p.accumulate ? _mm512_load_ps(c + r * p.c_row + v * lanes) : _mm512_set1_ps(start);
  }
  const auto add = [&](std::int64_t k) ENCORE_BF16 {
    __m512i right[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; ++v) right[v] = _mm512_load_si512(b + k * p.b_row + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; ++r) {
      int pair;
      __builtin_memcpy(&pair, a + r * p.a_row + k * p.a_depth, sizeof pair);
      const __m512i left = _mm512_set1_epi32(pair);
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; ++v)
        sum[r][v] = _mm512_dpbf16_ps(sum[r][v], reinterpret_cast<__m512bh>(left), reinterpret_cast<__m512bh>(right[v]));
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
    for (int v = 0; v < VECTORS; ++v) _mm512_store_ps(c + r * p.c_row + v * lanes, sum[r][v]);
  }
}

template <int VECTORS>
ENCORE_BF16 void multiply_columns(const MultiplyPairs& p, Asking& asking, std::int64_t column) {
  std::int64_t row = 0;
  for (; row + 6 <= p.rows; row += 6) multiply_tile<6, VECTORS>(p, asking, row, column);
  for (; row + 2 <= p.rows; row += 2) multiply_tile<2, VECTORS>(p, asking, row, column);
  for (; row < p.rows; ++row) multiply_tile<1, VECTORS>(p, asking, row, column);
}

void multiply_by_instructions(const MultiplyPairs& p) {
  Asking asking(p.ahead);
  std::int64_t column = 0, left = p.columns / lanes;
  while (left > 0) {  // as even as possible: 10 vectors go as 4 + 3 + 3, not 4 + 4 + 2
    const std::int64_t tiles = (left + 3) / 4, now = (left + tiles - 1) / tiles;
    if (now == 4) multiply_columns<4>(p, asking, column);
    if (now == 3) multiply_columns<3>(p, asking, column);
    if (now == 2) multiply_columns<2>(p, asking, column);
    if (now == 1) multiply_columns<1>(p, asking, column);
    column += now * lanes, left -= now;
  }
}

ENCORE_BF16 void pair_rows_by_instructions(const float* from, std::int64_t rows, std::int64_t columns,
                                           std::int64_t from_row, BfloatPair* to, std::int64_t to_row) {
  alignas(64) std::uint16_t order[32];  // the halves of two rows, one after the other → in turn
  for (int i = 0; i < 32; ++i) order[i] = static_cast<std::uint16_t>(i / 2 + i % 2 * 16);
  const __m512i in_turn = _mm512_load_si512(order);
  for (std::int64_t r = 0; r < rows; r += 2) {
    const float *even = from + r * from_row, *odd = even + from_row;
    BfloatPair* out = to + r / 2 * to_row;
    for (std::int64_t c = 0; c < columns; c += lanes) {
      const __m512 right = r + 1 < rows ? _mm512_load_ps(odd + c) : _mm512_setzero_ps();
      const __m512bh halves = _mm512_cvtne2ps_pbh(right, _mm512_load_ps(even + c));
      _mm512_store_si512(out + c, _mm512_permutexvar_epi16(in_turn, reinterpret_cast<__m512i>(halves)));
    }
  }
}

ENCORE_BF16 void pair_columns_by_instructions(const float* from, std::int64_t rows, std::int64_t columns,
                                              std::int64_t from_row, BfloatPair* to, std::int64_t to_row) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* row = from + r * from_row;
    BfloatPair* out = to + r * to_row;
    std::int64_t c = 0;
    for (; c + 2 * lanes <= columns; c += 2 * lanes) {
      const __m512bh halves = _mm512_cvtne2ps_pbh(_mm512_load_ps(row + c + lanes), _mm512_load_ps(row + c));
      _mm512_storeu_si512(out + c / 2, reinterpret_cast<__m512i>(halves));
    }
    if (c < columns) {
      const __m256bh halves = _mm512_cvtneps_pbh(_mm512_load_ps(row + c));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + c / 2), reinterpret_cast<__m256i>(halves));
    }
  }
}

}  // namespace

const BfloatKernels* bfloat16_instructions() {
  static const BfloatKernels kernels{multiply_by_instructions, pair_rows_by_instructions, pair_columns_by_instructions};
  static const bool present = __builtin_cpu_supports("avx512bf16") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  return present ? &kernels : nullptr;
}

}  // namespace encore::kernel::vector

#else

namespace encore::kernel::vector {
const BfloatKernels* bfloat16_instructions() { return nullptr; }
}  // namespace encore::kernel::vector

#endif
