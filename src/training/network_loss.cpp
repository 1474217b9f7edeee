// mean_loss: the model's own loss over the users of a fold, without dropout and without weight decay, as the design's
// table of losses defines it. t = the model's own target row (its whole input row), y its output, z the logits, p =
// softmax z. A row without any input is not trained on and does not count here either.
//
//   mse                    1/(rows·M) Σ (y − t)², y = p for a softmax
//   masked mse             1/n Σ (y − t)² over the n rated cells
//   multinomial            1/rows Σ_rows −Σ_i t_i log p_i
//   binary cross-entropy   1/(rows·M) Σ −t log y − (1 − t) log(1 − y)
#include "training/network_loss.h"

#include <cassert>

#include "evaluation/all_cells.h"
#include "evaluation/user_batches.h"
#include "model/cell_scores.h"
#include "network/scorer.h"

namespace encore {
namespace {

/// What one cell with the target t adds to its row's loss, given what the sums over all cells have counted for it
/// already.
double cell_loss(Loss loss, const AllCells& sums, std::int64_t row, double t, float score) {
  switch (loss) {
    case Loss::mse:
      return t * t - 2 * t * sums.output(row, score);
    case Loss::masked_mse: {
      const double difference = sums.output(row, score) - t;
      return difference * difference;
    }
    case Loss::multinomial:
      return -t * (static_cast<double>(score) - sums.softmax().log_sum(row));
    case Loss::binary_cross_entropy:
      return t * (log_of(1 - static_cast<double>(score)) - log_of(score));
  }
  assert(false);
  return 0;
}

/// What all cells of a row add, whatever their targets.
double whole_row_loss(Loss loss, const AllCells& sums, std::int64_t row) {
  if (loss == Loss::mse) return sums.sum_of_squares(row);
  if (loss == Loss::binary_cross_entropy) return sums.minus_log_of_rest(row);
  return 0;
}

/// What the sum of all losses is divided by, counted per row.
double weight_of(Loss loss, std::int64_t cells, std::int64_t items) {
  if (loss == Loss::masked_mse) return static_cast<double>(cells);
  return loss == Loss::multinomial ? 1 : static_cast<double>(items);
}

}  // namespace

double mean_loss(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads, std::int64_t block_items) {
  const LossOfUsers loss = loss_of_users(network, dataset, fold, threads, block_items);
  return loss.weight > 0 ? loss.sum / loss.weight : 0;
}

LossOfUsers loss_of_users(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads,
                          std::int64_t block_items) {
  const Loss loss = network.architecture.loss;
  const Scorer scorer(network, block_items);
  const auto users = dataset.users_in(fold);
  std::vector<double> losses(users.size()), weights(users.size());
  for_each_batch(users, threads, [&](const UserBatch& batch) {
    const InputRows rows = whole_rows(network.architecture.input, dataset, batch);
    CellScores cells(rows);
    AllCells sums(network.architecture.output == OutputKind::softmax, rows.size());
    scorer.run(rows, [&](const ScoreBlock& block) {
      cells.add(block);
      if (loss == Loss::binary_cross_entropy) sums.add_log_of_rest(block);
      if (loss == Loss::mse || loss == Loss::multinomial) sums.add_squares(block);
    });
    for (std::int64_t row = 0; row < rows.size(); ++row) {
      const auto begin = static_cast<std::size_t>(rows.start[static_cast<std::size_t>(row)]);
      const auto end = static_cast<std::size_t>(rows.start[static_cast<std::size_t>(row) + 1]);
      if (begin == end) continue;
      double sum = whole_row_loss(loss, sums, row);
      for (std::size_t cell = begin; cell < end; ++cell)
        sum += cell_loss(loss, sums, row, rows.value[cell], cells.scores()[cell]);
      const auto user = static_cast<std::size_t>(batch.first + row);
      losses[user] = sum;
      weights[user] = weight_of(loss, static_cast<std::int64_t>(end - begin), network.items);
    }
  });
  return {sum_of(losses), sum_of(weights)};
}

}  // namespace encore
