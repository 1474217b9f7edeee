// Judging in two halves, so that the users of a fold may lie on several machines: sums over users, which add up, and
// the figures that follow from them. Formulas: reconstruction.h and ranking.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "evaluation/evaluation.h"
#include "evaluation/metric_table.h"

namespace encore {

/// Σ over users of what reconstruction.h sums; its `mse` and its like are these divided by users and items.
struct ReconstructionSums {
  std::int64_t users = 0;
  double squared = 0, squared_zero = 0, squared_item_mean = 0, squared_floor = 0;
  double rated_squared = 0, rated_cells = 0, held_out_squared = 0, held_out_cells = 0;
};

/// Σ over users of each metric, which adds up over machines.
struct RankingSums {
  std::int64_t users = 0;
  std::vector<Share> shares;  ///< [metrics], as asked for
  /// [metrics][M] how often each item stood in a first k; empty for metrics of single lists
  std::vector<std::vector<std::int64_t>> exposures;
};

/// Of the dataset's users of a fold. `means` [M]: see item_means. Of `dataset.items` only the counts of training
/// ratings are looked at.
ReconstructionSums reconstruction_sums(const TrainedModel&, const Dataset&, Fold, std::span<const double> means,
                                       int threads, const OnUsers& on_users = {});
/// By the default metrics.
RankingSums ranking_sums(const Model&, const Dataset&, Fold, int threads, const OnUsers& on_users = {});
/// `liked` [M]: how many training users liked each item.
RankingSums popularity_sums(const Dataset&, Fold, std::span<const std::int64_t> liked, int threads);

/// The items of `candidate` [M] by `liked` [M], most first, equal counts by item.
std::vector<std::int32_t> in_order_of_likes(std::span<const std::int64_t> liked,
                                            std::span<const std::uint8_t> candidate);

/// `maximum`: of the scale, in stars.
ReconstructionErrors errors_of(const ReconstructionSums&, const Model&, double maximum);
/// `candidate` [M]: coverage and Gini are over these items.
RankingQuality quality_of(const RankingSums&, std::span<const Metric>, std::span<const std::uint8_t> candidate);

}  // namespace encore
