// --parallel users-epoch and elephas: every worker trains a network of its own on its own users, and the networks are
// averaged.
//   users-epoch: after each epoch, weighted by rows; each worker keeps its optimiser.
//   elephas: the algorithm of Elephas' SparkModel in synchronous mode, to the letter: fresh Adam for each fit, a worker
//   with no more rows than one batch contributes nothing, the unweighted mean of the results.
#pragma once
#include <memory>
#include <vector>
#include "exchange/thread_exchange.h"
#include "training/epoch_runner.h"

namespace encore {

class ReplicaRunner final : public EpochRunner {
 public:
  explicit ReplicaRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;

 private:
  struct Worker {
    std::vector<std::int32_t> users;
    std::unique_ptr<ThreadWorld> alone;
    std::unique_ptr<ShardStep> step;
    std::unique_ptr<AdamUpdate> update;
    bool contributes = true;
  };
  bool run_worker(std::size_t worker, std::int64_t epoch);
  void start_epoch(std::int64_t epoch);
  void average();

  TrainingContext& context_;
  std::vector<Worker> workers_;
  std::vector<std::int64_t> seen_;
};

/// The training users of each of `workers`: dealt by a seeded shuffle, sizes differ by one at most.
std::vector<std::vector<std::int32_t>> deal_users(const std::vector<std::int32_t>& users, std::uint64_t seed,
                                                  int workers);

/// to ← Σ share · from over all numbers of the networks, summed in double precision in the given order.
void average_networks(Autoencoder& to, const std::vector<const Autoencoder*>& from, const std::vector<double>& shares);

}  // namespace encore
