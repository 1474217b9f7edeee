// One cursor a row: items ascend within a row, and so do the blocks.
#include "model/cell_scores.h"

namespace encore {

CellScores::CellScores(const InputRows& cells)
    : cells_(cells), next_(cells.start.begin(), cells.start.end() - 1), scores_(cells.item.size()) {}

void CellScores::add(const ScoreBlock& block) {
  for (std::int64_t row = 0; row < block.rows; ++row) {
    std::int64_t& at = next_[static_cast<std::size_t>(row)];
    const std::int64_t end = cells_.start[static_cast<std::size_t>(row) + 1];
    for (; at < end; ++at) {
      const std::int64_t within = cells_.item[static_cast<std::size_t>(at)] - block.first;
      if (within >= block.items) break;
      scores_[static_cast<std::size_t>(at)] = block.score[within * block.stride + row];
    }
  }
}

}  // namespace encore
