// The exponentials are the kernel's; joining a few numbers a block is done in double, in block order.
#include "model/softmax_sums.h"
#include <cmath>
#include <limits>
#include "kernel/kernels.h"

namespace encore {

SoftmaxSums::SoftmaxSums(std::int64_t rows)
    : rows_(static_cast<std::size_t>(rows), Sums{-std::numeric_limits<double>::infinity(), 0, 0}),
      block_(static_cast<std::size_t>(3 * rows_at_once)) {}

void SoftmaxSums::add(const ScoreBlock& block) {
  measure(block, block_.data());
  join(block_.data(), block.rows);
}

void SoftmaxSums::measure(const ScoreBlock& block, float* numbers) {
  static const kernel::Kernels& kernels = kernel::device_named("cpu");
  kernels.softmax_block(block.score, block.items, block.stride, numbers, numbers + rows_at_once,
                        numbers + 2 * rows_at_once);
}

void SoftmaxSums::join(const float* numbers, std::int64_t rows) {
  const float* maximum = numbers;
  const float* sum = maximum + rows_at_once;
  const float* sum_of_squares = sum + rows_at_once;
  for (std::int64_t row = 0; row < rows; ++row) {
    Sums& all = rows_[static_cast<std::size_t>(row)];
    const double m = maximum[row], s1 = sum[row], s2 = sum_of_squares[row];
    if (m > all.maximum) {
      const double shrink = std::exp(all.maximum - m);
      all = {m, all.sum * shrink + s1, all.sum_of_squares * shrink * shrink + s2};
    } else {
      const double shrink = std::exp(m - all.maximum);
      all.sum += s1 * shrink;
      all.sum_of_squares += s2 * shrink * shrink;
    }
  }
}

double SoftmaxSums::probability(std::int64_t row, double logit) const {
  const Sums& all = rows_[static_cast<std::size_t>(row)];
  return std::exp(logit - all.maximum) / all.sum;
}

double SoftmaxSums::log_sum(std::int64_t row) const {
  const Sums& all = rows_[static_cast<std::size_t>(row)];
  return all.maximum + std::log(all.sum);
}

double SoftmaxSums::sum_of_squared_probabilities(std::int64_t row) const {
  const Sums& all = rows_[static_cast<std::size_t>(row)];
  return all.sum_of_squares / (all.sum * all.sum);
}

}  // namespace encore
