// One epoch in one of the parallel modes: a row of the table in epoch_runner.cpp for each. The loop around it (losses,
// validation, checkpoints, stopping) is epoch_loop.cpp and does not know the modes apart.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "exchange/cluster_world.h"
#include "kernel/counter_hash.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

struct TrainingContext {
  const Dataset& dataset;  ///< what this process holds of it: of all users, but perhaps not all their ratings
  const TrainingPlan& plan;
  TrainingState& state;
  ClusterWorld& world;
  std::vector<std::int32_t> users;       ///< training users with at least one input anywhere, ascending
  std::vector<std::int32_t> validation;  ///< validation users with at least one input anywhere, ascending
  std::function<void(double users_done)> on_progress;
};

/// Where the time of one worker's training went: steps, not losses and validation.
struct WorkerTimes {
  double compute_seconds = 0;
  double exchange_seconds = 0;  ///< at work for the others' sake
  double waiting_seconds = 0;   ///< for other workers, or for a processor
};

class EpochRunner {
 public:
  virtual ~EpochRunner() = default;
  /// Trains epoch `epoch` (from 1), from each worker's next batch on. Returns false when a signal stopped it between
  /// two batches; the state then is complete, and another call goes on from there.
  virtual bool run(std::int64_t epoch) = 0;

  /// What the epoch that has just ended came to, over all ranks; the same on every process.
  virtual LossSum epoch_loss();
  /// Loss of the common model, without dropout, over the training or the validation users; the same on every process.
  /// Each process judges the users whose rows it holds.
  virtual LossSum loss_over(Fold);
  /// That of the training users before the first step, to know a divergence by; of some of them where all would take too long.
  virtual double untrained_loss() { return loss_over(Fold::train).mean(); }
  /// Mean NDCG@100 of the common model over the validation users with something to find, nothing when there are none;
  /// the same on every process.
  virtual std::optional<double> validation_ndcg();
  /// Of this process's workers, of all epochs so far.
  const std::vector<WorkerTimes>& worker_times() const { return times_; }

 protected:
  explicit EpochRunner(TrainingContext& context);
  /// Runs body() as a part of a rank's epoch and counts its time; what the rank's exchange does not own is computing.
  void timed_rank(int rank, const std::function<void()>& body);
  /// β for who judges what the epochs so far came to.
  double divergence_weight_now() const;
  /// Sums of all processes, added in their order.
  LossSum over_processes(LossSum mine) const;
  TrainingContext& context_;
  std::vector<WorkerTimes> times_;  ///< by local rank
};

/// The runner of the plan's mode. It keeps references to the context's state.
std::unique_ptr<EpochRunner> make_epoch_runner(TrainingContext&);

/// β of a batch of an epoch (from 1). Annealing counts the batches of a rank since the training began, whatever its optimiser counts.
double divergence_weight(const TrainingContext&, std::int64_t epoch, std::int64_t batch);

/// Whether every rank trains a replica of the network in the plan's mode.
bool has_replicas(const TrainingPlan&);
/// How many networks a single process holds in training.
int replicas(const TrainingPlan&);

/// Fisher–Yates with draws by index.
std::vector<std::int32_t> shuffled(std::vector<std::int32_t> users, const kernel::CounterHash& random);

/// `users` in the order of an epoch, which depends on the seed and the epoch alone.
std::vector<std::int32_t> epoch_order(std::vector<std::int32_t> users, std::uint64_t seed, std::int64_t epoch);

/// Runs body(rank) on `count` threads; the first exception that is not WorldAborted is rethrown here, after all have
/// ended. A body computes with kernel::FlushToZero.
void run_ranks(int count, const std::function<void(int)>& body);

/// One message of each process, in their order; every process calls it at the same time, from outside of its ranks.
std::vector<std::vector<std::byte>> gather_from_processes(ClusterWorld&, std::span<const std::byte> mine);

/// Runs body(local rank) for all ranks of this process as ranks of `world`: an exception in one ends all, everywhere.
void run_ranks(ClusterWorld& world, const std::function<void(int)>& body);

}  // namespace encore
