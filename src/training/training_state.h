// Everything that a training has come to: what a checkpoint holds, and what the next step starts from.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>
#include "network/autoencoder.h"
#include "training/history.h"
#include "training/shard_step.h"
#include "training/update.h"

namespace encore {

/// One replica of the network in training. `items` and `users-step` have a single one that all ranks share; the modes
/// that average have one for each worker.
struct WorkerState {
  Autoencoder network;
  Moments moments;
  Autoencoder before;      ///< the encoder that a composite prior is made of; empty without one
  std::int64_t steps = 0;  ///< of the optimiser
  std::int64_t batch = 0;  ///< next batch of the running epoch
  LossSum loss;            ///< of the running epoch so far
};

struct TrainingState {
  std::vector<WorkerState> workers;
  Autoencoder agreed;          ///< the common model of several workers; empty where one is all there are
  std::int64_t epoch = 0;      ///< finished epochs
  std::int64_t steps = 0;      ///< of all workers
  double running_seconds = 0;  ///< of the epoch that was interrupted
  History history;
  std::int64_t best_epoch = 0;  ///< of those that validation users compare; 0: nobody does
  Autoencoder best;             ///< its weights
  bool is_untrained = true;     ///< of its weights at the beginning; false: those of an older model
  std::optional<double> untrained_loss;  ///< mean training loss before the first step

  const Autoencoder& model() const { return agreed.items > 0 ? agreed : workers[0].network; }
};

}  // namespace encore
