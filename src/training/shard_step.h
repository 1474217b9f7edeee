// One training step of one shard: the steps are those of docs/architecture.md, the letters those of dataset.h. It
// reads the batch's ratings of its items, talks to the other shards three times, and hands each gradient to the update.
// The same shard can also be asked instead of trained, for users that are held out (shard_judge.cpp).
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "exchange/exchange.h"
#include "network/autoencoder.h"
#include "network/channel_sums.h"
#include "network/middle.h"
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

/// The encoder of before, where a prior is made of it: its table, and the network that its layers are read from.
struct EarlierEncoder {
  const Autoencoder *tables = nullptr, *hidden = nullptr;
};

/// Floats of a row's statistics behind its sums: Σt, Σt², rated cells, the length², the items of each channel; a cache line.
constexpr std::int64_t row_statistics = 16;

class ShardStep {
 public:
  /// `tables` and `hidden` may be the same network; the layers between are read from `hidden`.
  /// `precision` is that of training: users are judged in f32, as the finished model judges them.
  ShardStep(const Dataset&, const Autoencoder& tables, const Autoencoder& hidden, BlockRun, std::int64_t max_rows,
            std::uint64_t seed, Exchange&, const kernel::Kernels&, Precision precision = Precision::f32,
            EarlierEncoder before = {});
  ~ShardStep();
  /// From now on every step's softmax is over a sample of about so many films (sampled_items.h). Judging
  /// is over all of them. Only for multinomial likelihood, and an update whose rows without gradient stand still.
  void sample(std::int64_t negatives, Precision precision = Precision::f32);
  /// Every shard of this process shares the rows of the hidden layers. Goes with an update that shares them, too.
  void share(SharedRows&);
  /// Trains on the rows of `users` with the dropout mask and the draws of `epoch`. Every rank returns the same loss.
  /// The decoder alone is trained on whole rows.
  LossSum run(std::span<const std::int32_t> users, std::uint64_t epoch, Update&, BatchShare = {},
              double divergence_weight = 0, TrainedPart = TrainedPart::all);
  /// Behind the last `run` with this update before anybody reads the tables or the moments: judging, saving, averaging.
  void settle(Update&) const;

  /// The loss of the whole, undropped rows of `users`, at most max_rows. Nothing is trained or drawn; every rank returns
  /// the same loss.
  LossSum judge(std::span<const std::int32_t> users, double divergence_weight = 0);
  /// Users that `rank` takes at once.
  std::int64_t ranked_at_once() const { return std::min(middle_->lanes(), context_.max_rows); }
  /// NDCG@100 of each of `users`, at most ranked_at_once() of them, as evaluation/ranking.h defines it; nothing for
  /// those without a target. `candidate` [M] as in candidates_of. Every rank returns the same numbers.
  std::vector<std::optional<double>> rank(std::span<const std::int32_t> users, std::span<const std::uint8_t> candidate);

 private:
  double forward(BatchShare, OutputProducts&, Pass, Update* = nullptr);
  void exchange_losses();
  void leave_losses();
  void read_losses(const float* total);
  double sum_of_losses() const;
  std::vector<std::byte> best_of_own_items(std::span<const std::int32_t> users,
                                           std::span<const std::uint8_t> candidate);
  void exchange_first_sums(Update*);
  /// A row of the first sums: the liked items', those of channels, those of the encoder of before, then its statistics.
  std::int64_t before_at() const { return context_.tables.first.stride + channels_.stride(); }
  std::int64_t statistics_at() const { return before_at() + stride_before(); }
  std::int64_t stride_before() const { return before_.tables != nullptr ? before_.tables->first.stride : 0; }
  void exchange_last_gradient(Update&, TrainedPart);
  void take_undrawn(std::int64_t block, bool moves_output, bool goes_back);
  void update_output(std::int64_t block, Update&);
  void add_to_channel(const Entry&, float* sums);
  void update_first_table(const float* first_gradient, Update&);

  const Dataset& dataset_;
  std::uint64_t seed_;
  const Autoencoder& hidden_network_;
  Exchange& exchange_;
  BatchEntries entries_;
  EarlierEncoder before_;
  std::unique_ptr<Middle> middle_, middle_before_;
  ChannelSums channels_;
  HiddenGradients hidden_gradients_;
  StepContext context_;
  std::unique_ptr<SampledItems> sampled_;
  std::unique_ptr<OutputProducts> training_products_, judging_products_;
  std::unique_ptr<OutputLoss> loss_;
  Partials first_sums_, last_gradient_;
  std::vector<float> inverse_norm_;
  kernel::AlignedFloats output_gradient_, block_loss_, last_total_, first_row_;
};

}  // namespace encore
