// --parallel users-step: synchronous SGD. Every worker has all films and a slice of each batch; gradients are summed in
// the order of workers before each update, so a step is the step of the whole batch but for rounding.
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
  struct Worker {
    std::unique_ptr<ThreadWorld> alone;
    std::unique_ptr<ShardStep> step;
    std::unique_ptr<KeepGradient> gradient;
    std::unique_ptr<AdamUpdate> update;
    bool has_rows = false;
    LossSum loss;
    kernel::AlignedFloats sum;
  };
  void run_worker(int worker, std::int64_t epoch, std::span<const std::int32_t> order);
  void update_share(int worker);
  void sum_rows(Worker& own, std::int64_t item, std::int64_t rows, ItemTable Autoencoder::*table);
  void update_hidden(Worker& own);
  std::int64_t rated_cells(std::span<const std::int32_t> users) const;

  WorkerState& state_;
  const kernel::Kernels& kernels_;
  Barrier barrier_;
  std::vector<Worker> workers_;
  std::atomic<std::int64_t> stop_after_{-1};
};

}  // namespace encore
