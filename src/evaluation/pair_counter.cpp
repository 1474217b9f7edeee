// All candidates are counted first, then what does not count is taken away: halves add up exactly in double.
#include "evaluation/pair_counter.h"
#include <algorithm>

namespace encore {

PairCounter::PairCounter(const InputRows& targets, std::span<const float> scores, const InputRows& excluded,
                         std::span<const std::uint8_t> candidate)
    : targets_(targets),
      target_scores_(scores),
      excluded_(excluded),
      excluded_scores_(excluded),
      candidate_(candidate),
      sorted_(static_cast<std::size_t>(targets.size())),
      wins_(static_cast<std::size_t>(targets.size())),
      candidates_(std::count_if(candidate.begin(), candidate.end(), [](std::uint8_t is) { return is != 0; })) {
  for (std::size_t row = 0; row < sorted_.size(); ++row) {
    for (auto cell = static_cast<std::size_t>(targets.start[row]);
         cell < static_cast<std::size_t>(targets.start[row + 1]); ++cell)
      if (candidate[static_cast<std::size_t>(targets.item[cell])] != 0) sorted_[row].push_back(scores[cell]);
    std::ranges::sort(sorted_[row]);
  }
}

double PairCounter::wins_over(std::size_t row, float score) const {
  const auto [first_equal, first_above] = std::equal_range(sorted_[row].begin(), sorted_[row].end(), score);
  return static_cast<double>(sorted_[row].end() - first_above) +
         0.5 * static_cast<double>(first_above - first_equal);
}

void PairCounter::add(const ScoreBlock& block) {
  excluded_scores_.add(block);
  for (std::int64_t i = 0; i < block.items; ++i) {
    if (candidate_[static_cast<std::size_t>(block.first + i)] == 0) continue;
    const float* score = block.score + i * block.stride;
    for (std::size_t row = 0; row < sorted_.size(); ++row)
      if (!sorted_[row].empty()) wins_[row] += wins_over(row, score[row]);
  }
}

std::optional<double> PairCounter::auc(std::int64_t which) const {
  const auto row = static_cast<std::size_t>(which);
  double wins = wins_[row];
  std::int64_t others = candidates_;
  const auto take_away = [&](const InputRows& cells, std::span<const float> scores) {
    for (auto cell = static_cast<std::size_t>(cells.start[row]); cell < static_cast<std::size_t>(cells.start[row + 1]);
         ++cell) {
      if (candidate_[static_cast<std::size_t>(cells.item[cell])] == 0) continue;
      --others;
      wins -= wins_over(row, scores[cell]);
    }
  };
  take_away(excluded_, excluded_scores_.scores());
  take_away(targets_, target_scores_);
  const std::int64_t targets = targets_.start[row + 1] - targets_.start[row];
  if (others == 0 || targets == 0) return std::nullopt;
  return wins / (static_cast<double>(targets) * static_cast<double>(others));
}

}  // namespace encore
