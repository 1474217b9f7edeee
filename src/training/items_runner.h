// --parallel items: every rank owns a run of item blocks, and one step of all of them is one step of the model. The
// result does not depend on how many there are.
#pragma once
#include <atomic>
#include <memory>
#include <vector>
#include "exchange/thread_exchange.h"
#include "training/epoch_runner.h"

namespace encore {

class ItemsRunner final : public EpochRunner {
 public:
  explicit ItemsRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;

 private:
  /// What a rank has of its own: its copy of the hidden layers with their moments, its buffers.
  struct Rank {
    Autoencoder hidden;
    Moments hidden_moments;
    std::unique_ptr<ShardStep> step;
    std::unique_ptr<AdamUpdate> update;
  };
  void run_rank(int rank, std::int64_t epoch, std::span<const std::int32_t> order);
  void collect_hidden_layers();

  TrainingContext& context_;
  WorkerState& worker_;
  ThreadWorld world_;
  std::vector<Rank> ranks_;
  std::atomic<std::int64_t> stop_after_{-1};  ///< the batch after which a signal ends the epoch
};

}  // namespace encore
