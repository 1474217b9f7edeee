// Judging a model on a dataset: errors of reconstruction and quality of ranking. The formulas stand in reconstruction.h
// and ranking.h; training uses both on validation users, `encore evaluate` on train and test users.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"
#include "evaluation/metric_table.h"
#include "model/trained_model.h"

namespace encore {

/// Means over all cells of the users of one fold, beside what constants reach; see reconstruction.h.
struct ReconstructionErrors {
  std::int64_t users = 0;
  std::optional<double> mse;        ///< networks only: the counts of a popularity model reconstruct nothing
  std::optional<double> mse_floor;  ///< softmax outputs only: each row projected onto the simplex
  double mse_zero = 0, mse_item_mean = 0;
  std::optional<double> rmse_rated, rmse_held_out;  ///< in stars; models that output ratings only
};

/// Ranking of held-out users by fold-in (Liang et al. 2018); see ranking.h.
struct RankingQuality {
  std::int64_t users = 0;  ///< with at least one target
  std::vector<Metric> metrics;
  std::vector<std::optional<double>> figures;  ///< [metrics]; nothing where a metric is undefined
  /// The figure of "ndcg@100" and its like; nothing where it is undefined or was not asked for.
  std::optional<double> operator[](std::string_view key) const;
};

/// Hears how many users are done, never from two threads at once.
using OnUsers = std::function<void(std::int64_t users)>;

/// All of these are means over the users of a fold. `threads` share the users; sums run in user order, so no result
/// depends on them.

ReconstructionErrors reconstruction_errors(const TrainedModel&, const Dataset&, Fold, int threads, const OnUsers& = {});
/// By the default metrics.
RankingQuality ranking_quality(const Model&, const Dataset&, Fold, int threads, const OnUsers& = {});
/// The same users, ranked for by how many training users liked each film.
RankingQuality popularity_quality(const Dataset&, Fold, int threads);

}  // namespace encore
