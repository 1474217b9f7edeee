// Sums over all M cells of each row of a batch, gathered from the blocks that pass by; what the few cells of a user add
// or take away is corrected afterwards (cell_scores.h), so no dense target ever exists.
#pragma once
#include <cstdint>
#include <vector>
#include "model/input_rows.h"
#include "model/softmax_sums.h"

namespace encore {

class AllCells {
 public:
  AllCells(bool is_softmax, std::int64_t rows);
  /// Σy² of every row; overwrites the block when the output is a softmax.
  void add_squares(const ScoreBlock& block);
  /// −Σ log(1 − y) of every row, for sigmoid outputs; leaves the block as it is.
  void add_log_of_rest(const ScoreBlock& block);

  double sum_of_squares(std::int64_t row) const;
  double minus_log_of_rest(std::int64_t row) const { return rest_[static_cast<std::size_t>(row)]; }
  /// The output y of a cell whose score (logit before a softmax) is given.
  double output(std::int64_t row, float score) const;
  const SoftmaxSums& softmax() const { return softmax_; }

 private:
  bool is_softmax_;
  SoftmaxSums softmax_;
  std::vector<double> squares_, rest_;
};

/// log y and log(1 − y) of a sigmoid's output, kept off 0 and 1 by half a unit in the last place of a float below 1.
double log_of(double probability);

}  // namespace encore
