// --parallel users-epoch and elephas: every worker trains a network of its own on its own users, and the networks are
// averaged.
//   users-epoch: after each epoch, weighted by rows; each worker keeps its optimiser.
//   elephas: the algorithm of Elephas' SparkModel in synchronous mode, to the letter: fresh Adam for each fit, a worker
//   with no more rows than one batch contributes nothing, the unweighted mean of the results.
#pragma once
#include <memory>
#include <vector>
#include "training/lone_worker.h"

namespace encore {

class ReplicaRunner final : public EpochRunner {
 public:
  explicit ReplicaRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;

 private:
  bool run_worker(std::size_t worker, std::int64_t epoch);
  void start_epoch(std::int64_t epoch);
  void average();
  bool contributes(const LoneWorker&) const;

  std::vector<LoneWorker> workers_;
  std::vector<std::int64_t> seen_;
};

/// to ← Σ share · from over all numbers of the networks, summed in double precision in the given order.
void average_networks(Autoencoder& to, const std::vector<const Autoencoder*>& from, const std::vector<double>& shares);

}  // namespace encore
