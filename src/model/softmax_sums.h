// What a softmax must know of a whole row, gathered in one pass over blocks of logits:
//   maximum m = max z,  S₁ = Σ exp(z − m),  S₂ = Σ exp(z − m)²
// so that p = exp(z − m) / S₁ and Σp² = S₂ / S₁². Blocks are joined by rescaling to the greater maximum.
#pragma once
#include <cstdint>
#include <vector>
#include "kernel/aligned.h"
#include "model/input_rows.h"

namespace encore {

class SoftmaxSums {
 public:
  explicit SoftmaxSums(std::int64_t rows);
  /// Overwrites the block: z becomes exp(z − the block's maximum of its row).
  void add(const ScoreBlock& block);
  /// `add` in two steps, for blocks that several threads measure: the first may be called at any time for any block and
  /// writes 3 × rows_at_once numbers; the second takes them in ascending order of the blocks.
  static void measure(const ScoreBlock& block, float* numbers);
  void join(const float* numbers, std::int64_t rows);
  /// exp(z − m) / S₁ of the row's logit z.
  double probability(std::int64_t row, double logit) const;
  /// log Σ exp z = m + log S₁, so that log p = z − log_sum.
  double log_sum(std::int64_t row) const;
  double sum_of_squared_probabilities(std::int64_t row) const;

 private:
  struct Sums {
    double maximum, sum, sum_of_squares;
  };
  std::vector<Sums> rows_;
  kernel::AlignedFloats block_;  ///< maximum, sum, sum of squares of one block, a run of lanes each
};

}  // namespace encore
