// The k best items of each row of a batch, gathered from the blocks that pass by: users × items are never written, and
// never sorted. Order: score descending, equal scores by item ascending.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "kernel/aligned.h"
#include "model/input_rows.h"

namespace encore {

struct ScoredItem {
  std::int32_t item;
  float score;
};

/// What one row asks for, where the rows of a batch differ.
struct RowWish {
  std::int64_t k = 1;                       ///< at least 1
  std::span<const std::uint8_t> fits = {};  ///< 0 for items that are no answer for this row; empty: all fit
  std::span<const std::int32_t> hidden = {};  ///< ascending; no answers for this row
};

class TopItems {
 public:
  /// Rows of different wishes; `candidate` holds for all of them. All must outlive this.
  TopItems(std::vector<RowWish> wishes, std::span<const std::uint8_t> candidate);
  /// `k` of at least 1. `candidate[item]` is 0 for items that are never an answer; `hidden`, if any, lists items that
  /// are none for that row (what went in; its values are not looked at). Both must outlive this.
  TopItems(std::int64_t rows, std::int64_t k, std::span<const std::uint8_t> candidate,
           const InputRows* hidden = nullptr);
  /// Blocks arrive in ascending order; the block is left as it is. Scores of −∞ are never kept.
  void add(const ScoreBlock& block);
  /// The best of a row, best first; fewer than k when there are not more. Call it once a row.
  std::vector<ScoredItem> take(std::int64_t row);

 private:
  void keep(std::int64_t row, ScoredItem scored);

  std::vector<RowWish> wishes_;
  std::span<const std::uint8_t> candidate_;
  kernel::AlignedFloats threshold_;            ///< per row: a score must be above it to be kept
  std::vector<std::vector<ScoredItem>> kept_;  ///< per row: up to 2k, the k best among them
};

}  // namespace encore
