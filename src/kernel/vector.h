// The kernels of device `cpu`, as kernels.h describes them.
#pragma once
#include <optional>

#include "kernel/kernels.h"

namespace encore::kernel::vector {

void multiply(const Multiply&);
void multiply_few(const Multiply&);
void multiply_pairs(const MultiplyPairs&);
void pair_rows(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
               std::int64_t to_row);
void pair_columns(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
                  std::int64_t to_row);
void add_scaled(float* y, const float* x, float a, std::int64_t n);
void add(float* y, const float* x, std::int64_t n);
void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, float* to,
               std::int64_t to_row);
void softmax_block(float* z, std::int64_t items, std::int64_t lanes, float* maximum, float* sum, float* sum_of_squares);
void join_softmax(float* left, const float* right, std::int64_t lanes);
void softmax_factor(const float* block_maximum, const float* maximum, const float* sum, const float* weight,
                    std::int64_t lanes, float* factor);
void scale_lanes(float* e, std::int64_t items, std::int64_t lanes, const float* factor);
void softmax_mse_gradient(float* e, std::int64_t items, std::int64_t lanes, const float* factor, float slope,
                          const float* shift);
void linear_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
void sigmoid_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
void sigmoid_cross_entropy(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
void activate(Curve, float* x, std::int64_t n);
void activate_gradient(Curve, float* g, const float* y, std::int64_t n);
void adam(const AdamStep&, float* w, float* m, float* v, const float* g, std::int64_t rows, std::int64_t stride,
          std::int64_t decayed);
void adam_idle(const AdamStep&, const float* rates, std::int64_t steps, float* w, float* m, float* v,
               std::int64_t stride, std::int64_t decayed);

/// The kernels above by instructions for bfloat16 (bfloat16_instructions.cpp).
struct BfloatKernels {
  void (*multiply_pairs)(const MultiplyPairs&);
  void (*pair_rows)(const float*, std::int64_t, std::int64_t, std::int64_t, BfloatPair*, std::int64_t);
  void (*pair_columns)(const float*, std::int64_t, std::int64_t, std::int64_t, BfloatPair*, std::int64_t);
};
/// Null where this processor has no such instructions.
const BfloatKernels* bfloat16_instructions();
/// How the kernels above multiply bfloat16: by way of f32, by those instructions, by tiles. Tiles leave the rounding to the instructions.
enum class BfloatWay : std::uint8_t { singles, instructions, tiles, emulated_tiles };
/// The best that this processor has, until told otherwise; nothing: the best again.
BfloatWay best_bfloat16_way();
BfloatWay bfloat16_way();
void choose_bfloat16_way(std::optional<BfloatWay>);

/// Highway's bits of the instruction sets that are compiled in.
std::int64_t compiled_targets();
/// Makes the next call of any kernel choose its instruction set anew.
void forget_dispatch();

}  // namespace encore::kernel::vector
