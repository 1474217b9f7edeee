// The area under the ROC curve of each row of a batch, counted in a second pass over the blocks, when the targets'
// scores are known; nothing dense is kept.
//
//   AUC_u = 1/(|T|·|N|) Σ_{t∈T} Σ_{n∈N} [s_t > s_n] + ½[s_t = s_n]    (Rendle et al. 2009, section 4, ties as half)
//
// T: the user's targets, N: the candidates that are neither hidden nor targets. A target that is no candidate is never
// shown, so it stands above nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>
#include "model/cell_scores.h"

namespace encore {

class PairCounter {
 public:
  /// `targets` and their scores, `excluded`: hidden items; all of the batch. All must outlive this.
  PairCounter(const InputRows& targets, std::span<const float> scores, const InputRows& excluded,
              std::span<const std::uint8_t> candidate);
  /// Blocks of the second pass.
  void add(const ScoreBlock& block);
  /// Nothing for a row without other candidates or without targets.
  std::optional<double> auc(std::int64_t row) const;

 private:
  double wins_over(std::size_t row, float score) const;

  const InputRows& targets_;
  std::span<const float> target_scores_;
  const InputRows& excluded_;
  CellScores excluded_scores_;
  std::span<const std::uint8_t> candidate_;
  std::vector<std::vector<float>> sorted_;  ///< per row: the candidates among the targets, ascending
  std::vector<double> wins_;                ///< per row: over all candidates, also those that do not count
  std::int64_t candidates_ = 0;
};

}  // namespace encore
