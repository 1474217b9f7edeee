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

class TopItems {
 public:
  /// `k` of at least 1. `candidate[item]` is 0 for items that are never an answer; `hidden`, if any, lists items that
  /// are none for that row (what went in; its values are not looked at). Both must outlive this.
  TopItems(std::int64_t rows, std::int64_t k, std::span<const std::uint8_t> candidate,
           const InputRows* hidden = nullptr);
  /// Blocks arrive in ascending order; the block is left as it is. Scores of −∞ are never kept.
  void add(const ScoreBlock& block);
  /// The best of a row, best first; fewer than k when there are not more. Call it once a row.
  std::vector<ScoredItem> take(std::int64_t row);

 private:
  bool is_hidden(std::int64_t row, std::int32_t item) const;
  void keep(std::int64_t row, ScoredItem scored);

  std::size_t k_;
  std::span<const std::uint8_t> candidate_;
  const InputRows* hidden_;
  kernel::AlignedFloats threshold_;            ///< per row: a score must be above it to be kept
  std::vector<std::vector<ScoredItem>> kept_;  ///< per row: up to 2k, the k best among them
};

}  // namespace encore
