// One training step of one shard: the steps are those of docs/architecture.md, the letters those of dataset.h. It
// reads the batch's ratings of its items, talks to the other shards three times, and hands each gradient to the update.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "exchange/exchange.h"
#include "model/autoencoder.h"
#include "model/hidden_layers.h"
#include "training/batch_entries.h"
#include "training/output_loss.h"
#include "training/update.h"

namespace encore {

/// A sum of losses and what it is to be divided by: rows (mse, multinomial, cross-entropy) or rated cells (masked mse).
struct LossSum {
  double sum = 0, weight = 0;
  double mean() const { return weight > 0 ? sum / weight : 0; }
};

/// What the batch's gradient is divided by when the batch is larger than the rows of this step (users-step: the rows of
/// all workers). Zero: the rows and rated cells of this step.
struct BatchShare {
  std::int64_t rows = 0, rated_cells = 0;
};

class ShardStep {
 public:
  /// `tables` and `hidden` may be the same network; `hidden` is this rank's copy of the layers that every rank has.
  ShardStep(const Dataset&, const Autoencoder& tables, const Autoencoder& hidden, BlockRun, std::int64_t max_rows,
            std::uint64_t seed, Exchange&, const kernel::Kernels&);
  ~ShardStep();
  /// Trains on the rows of `users` with the dropout mask of `epoch`. Every rank returns the same loss.
  LossSum run(std::span<const std::int32_t> users, std::uint64_t epoch, Update&, BatchShare = {});

 private:
  void exchange_first_sums();
  void exchange_last_gradient(Update&);
  void update_first_table(const float* first_gradient, Update&);

  const Autoencoder& hidden_network_;
  Exchange& exchange_;
  BatchEntries entries_;
  HiddenLayers hidden_;
  HiddenGradients hidden_gradients_;
  StepContext context_;
  std::unique_ptr<OutputLoss> loss_;
  Partials first_sums_, last_gradient_;
  std::vector<float> inverse_norm_;
  kernel::AlignedFloats output_gradient_, block_loss_, last_total_, first_row_;
};

}  // namespace encore
