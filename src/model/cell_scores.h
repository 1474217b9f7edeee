// Picks the scores of a few cells out of the blocks that pass by: those of each row's own items. Nothing dense is kept.
#pragma once
#include <cstdint>
#include <vector>
#include "model/input_rows.h"

namespace encore {

class CellScores {
 public:
  /// `cells` (a batch's rows; values are not looked at) must outlive this.
  explicit CellScores(const InputRows& cells);
  /// Blocks arrive in ascending order; call it before anything overwrites the block.
  void add(const ScoreBlock& block);
  /// The scores of the cells, in the order of `cells.item`, once all blocks have passed.
  const std::vector<float>& scores() const { return scores_; }

 private:
  const InputRows& cells_;
  std::vector<std::int64_t> next_;  ///< per row: the first cell that no block has held yet
  std::vector<float> scores_;
};

}  // namespace encore
