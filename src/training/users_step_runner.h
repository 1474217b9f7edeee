// --parallel users-step: synchronous SGD. Every rank has all films and some users of each batch; gradients are summed
// in the order of ranks before each update, so a step is the step of the whole batch but for rounding.
#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "exchange/thread_exchange.h"
#include "training/epoch_runner.h"

namespace encore {

class UsersStepRunner final : public EpochRunner {
 public:
  explicit UsersStepRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;

 private:
  struct Rank {
    std::unique_ptr<ThreadWorld> alone;
    std::unique_ptr<ShardStep> step;
    std::unique_ptr<KeepGradient> gradient;
    std::unique_ptr<AdamUpdate> update;
    LossSum loss;
  };
  void run_rank(int rank, std::int64_t epoch, std::span<const std::int32_t> order);
  std::vector<std::int32_t> share_of(int rank, std::span<const std::int32_t> batch) const;
  std::int64_t rated_cells(int rank, std::span<const std::int32_t> users) const;
  void update_share(int rank);

  WorkerState& state_;
  const kernel::Kernels& kernels_;
  std::vector<char> is_here_;  ///< by user: whether this process holds the row; empty: it holds all
  std::vector<Rank> ranks_;    ///< of this process
  std::atomic<std::int64_t> stop_after_{-1};
};

}  // namespace encore
