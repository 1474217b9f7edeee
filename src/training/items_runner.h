// --parallel items: every rank owns a run of item blocks, and one step of all of them is one step of the model. The
// result does not depend on how many there are, nor on how many processes they are threads of.
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "training/epoch_runner.h"
#include "training/row_shares.h"

namespace encore {

class ItemsRunner final : public EpochRunner {
 public:
  explicit ItemsRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;
  LossSum epoch_loss() override { return worker_.loss; }  // every process has the whole loss
  LossSum loss_over(Fold) override;
  double untrained_loss() override;
  std::optional<double> validation_ndcg() override;

 private:
  /// What a rank has of its own: its buffers. The hidden layers all have together.
  struct Rank {
    BlockRun run;
    std::unique_ptr<ShardStep> step;
    std::unique_ptr<AdamUpdate> update;
  };
  void run_rank(int rank, std::int64_t epoch, std::span<const std::vector<std::int32_t>> orders);
  LossSum loss_of(std::span<const std::int32_t> users);
  std::int64_t batches() const;
  void remember_encoder(int rank, Exchange&);
  std::vector<std::int32_t> users_to_rank(Exchange&) const;

  WorkerState& worker_;
  std::unique_ptr<RowShares> shares_;         ///< none where there is one rank
  std::vector<Rank> ranks_;                   ///< of this process
  std::atomic<std::int64_t> stop_after_{-1};  ///< the batch after which a signal ends the epoch
};

/// The items that the ranks of one process own with --parallel items.
ItemRange items_of_process(const Dataset&, const TrainingPlan&, const ClusterWorld&);

}  // namespace encore
