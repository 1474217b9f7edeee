// The formulas of reconstruction.h over the users of a fold.
#include "evaluation/reconstruction.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include "evaluation/all_cells.h"
#include "evaluation/sums.h"
#include "evaluation/user_batches.h"
#include "model/cell_scores.h"

namespace encore {
namespace {

double square(double x) { return x * x; }

/// Squared errors over single cells and how many there are.
struct CellErrors {
  std::vector<double> squared;
  std::vector<double> cells;
  explicit CellErrors(std::size_t users) : squared(users), cells(users) {}
};

std::optional<double> root_mean(double squared, double cells, double maximum) {
  if (cells == 0) return std::nullopt;
  return maximum * std::sqrt(squared / cells);
}

/// One batch whose whole rows go in: Σ over all cells, and over the rated ones, of (y − t)².
void reconstruct(const Model& model, const Dataset& dataset, const UserBatch& batch, std::vector<double>& all,
                 CellErrors& rated) {
  const InputRows input = whole_rows(model.input(), dataset, batch);
  const InputRows target = whole_rows(Input::ratings, dataset, batch);
  CellScores cells(target);
  AllCells sums(model.score_kind() == ScoreKind::probability, target.size());
  model.score(input, [&](const ScoreBlock& block) {
    cells.add(block);
    sums.add_squares(block);
  });
  for (std::int64_t row = 0; row < target.size(); ++row) {
    const auto user = static_cast<std::size_t>(batch.first + row);
    double error = sums.sum_of_squares(row);
    for (auto cell = static_cast<std::size_t>(target.start[static_cast<std::size_t>(row)]);
         cell < static_cast<std::size_t>(target.start[static_cast<std::size_t>(row) + 1]); ++cell) {
      const double t = target.value[cell], y = sums.output(row, cells.scores()[cell]);
      error += t * t - 2 * y * t;
      rated.squared[user] += square(y - t);
      rated.cells[user] += 1;
    }
    all[user] = error;
  }
}

/// One batch of held-out users: the given part goes in, the target part is compared.
void predict_held_out(const Model& model, const Dataset& dataset, const UserBatch& batch, CellErrors& held_out) {
  const InputRows target = rows_of_part(Input::ratings, dataset, batch, Part::target);
  if (target.item.empty()) return;
  CellScores cells(target);
  model.score(rows_of_part(model.input(), dataset, batch, Part::given),
              [&](const ScoreBlock& block) { cells.add(block); });
  for (std::int64_t row = 0; row < target.size(); ++row) {
    const auto user = static_cast<std::size_t>(batch.first + row);
    for (auto cell = static_cast<std::size_t>(target.start[static_cast<std::size_t>(row)]);
         cell < static_cast<std::size_t>(target.start[static_cast<std::size_t>(row) + 1]); ++cell) {
      held_out.squared[user] += square(static_cast<double>(cells.scores()[cell]) - target.value[cell]);
      held_out.cells[user] += 1;
    }
  }
}

/// What needs no model: all zeros, item means, the simplex.
void judge_constants(const Dataset& dataset, std::span<const std::int32_t> users, std::span<const double> means,
                     int threads, ReconstructionSums& sums) {
  double squared_means = 0;
  for (const double mean : means) squared_means += mean * mean;
  std::vector<double> zero(users.size()), item_mean(users.size()), floor(users.size());
  for_each_batch(users, threads, [&](const UserBatch& batch) {
    const InputRows target = whole_rows(Input::ratings, dataset, batch);
    for (std::size_t row = 0; row < batch.users.size(); ++row) {
      const std::size_t user = static_cast<std::size_t>(batch.first) + row;
      const auto begin = static_cast<std::size_t>(target.start[row]),
                 end = static_cast<std::size_t>(target.start[row + 1]);
      item_mean[user] = squared_means;
      for (std::size_t cell = begin; cell < end; ++cell) {
        const double t = target.value[cell], mean = means[static_cast<std::size_t>(target.item[cell])];
        zero[user] += t * t;
        item_mean[user] += t * t - 2 * t * mean;
      }
      floor[user] = squared_distance_to_simplex({target.value.data() + begin, end - begin}, std::ssize(means));
    }
  });
  sums.squared_zero = sum_of(zero);
  sums.squared_item_mean = sum_of(item_mean);
  sums.squared_floor = sum_of(floor);
}

}  // namespace

double squared_distance_to_simplex(std::span<const float> values, std::int64_t items) {
  double sum = 0;
  for (const float value : values) sum += value;
  // Below 1 every cell is raised by the same −τ = (1 − Σt)/M.
  if (sum <= 1) return square(1 - sum) / static_cast<double>(items);
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double head = 0, tau = 0;
  std::size_t active = 0;
  for (std::size_t j = 0; j < sorted.size(); ++j) {
    head += sorted[j];
    const double candidate = (head - 1) / static_cast<double>(j + 1);
    if (sorted[j] <= candidate) break;
    tau = candidate;
    active = j + 1;
  }
  double distance = static_cast<double>(active) * tau * tau;
  for (std::size_t j = active; j < sorted.size(); ++j) distance += square(sorted[j]);
  return distance;
}

std::vector<double> item_means(const Dataset& dataset) {
  std::vector<double> means(static_cast<std::size_t>(dataset.items.size()));
  const auto users = dataset.users_in(Fold::train);
  for (const auto user : users) {
    const auto items = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      means[static_cast<std::size_t>(items[i])] += stars[i] / dataset.scale.maximum;
  }
  for (double& mean : means) mean /= static_cast<double>(std::max<std::size_t>(users.size(), 1));
  return means;
}

ReconstructionSums reconstruction_sums(const TrainedModel& trained, const Dataset& dataset, Fold fold,
                                       std::span<const double> means, int threads, const OnUsers& on_users) {
  ReconstructionSums sums;
  const auto users = dataset.users_in(fold);
  sums.users = std::ssize(users);
  const Model& model = *trained.model;
  judge_constants(dataset, users, means, threads, sums);
  if (!model.reconstructs()) return sums;
  std::vector<double> all(users.size());
  CellErrors rated(users.size()), held_out(users.size());
  for_each_batch(
      users, threads,
      [&](const UserBatch& batch) {
        reconstruct(model, dataset, batch, all, rated);
        if (model.score_kind() == ScoreKind::stars) predict_held_out(model, dataset, batch, held_out);
      },
      on_users);
  sums.squared = sum_of(all);
  sums.rated_squared = sum_of(rated.squared);
  sums.rated_cells = sum_of(rated.cells);
  sums.held_out_squared = sum_of(held_out.squared);
  sums.held_out_cells = sum_of(held_out.cells);
  return sums;
}

ReconstructionErrors errors_of(const ReconstructionSums& sums, const Model& model, double maximum) {
  ReconstructionErrors errors;
  errors.users = sums.users;
  if (sums.users == 0) return errors;
  const double cells = static_cast<double>(sums.users) * static_cast<double>(model.items());
  errors.mse_zero = sums.squared_zero / cells;
  errors.mse_item_mean = sums.squared_item_mean / cells;
  if (model.score_kind() == ScoreKind::probability) errors.mse_floor = sums.squared_floor / cells;
  if (!model.reconstructs()) return errors;
  errors.mse = sums.squared / cells;
  if (model.score_kind() == ScoreKind::stars) {
    errors.rmse_rated = root_mean(sums.rated_squared, sums.rated_cells, maximum);
    errors.rmse_held_out = root_mean(sums.held_out_squared, sums.held_out_cells, maximum);
  }
  return errors;
}

ReconstructionErrors reconstruction_errors(const TrainedModel& model, const Dataset& dataset, Fold fold, int threads,
                                           const OnUsers& on_users) {
  const ReconstructionSums sums = reconstruction_sums(model, dataset, fold, item_means(dataset), threads, on_users);
  return errors_of(sums, *model.model, dataset.scale.maximum);
}

}  // namespace encore
