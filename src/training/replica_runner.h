// --parallel users-epoch and elephas: every worker trains a network of its own on its own users, and the networks are
// averaged.
//   users-epoch: after each epoch, weighted by rows; each worker keeps its optimiser.
//   elephas: the algorithm of Elephas' SparkModel in synchronous mode, to the letter: fresh Adam for each fit, a worker
//   with no more rows than one batch does not train, the unweighted mean of all results (so the model that such a
//   worker was given counts, too).
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
  double share(std::size_t local_rank) const;
  bool trains(const LoneWorker&) const;
  void wait_for_slowest(double seconds);

  std::vector<LoneWorker> workers_;
  std::vector<double> shares_;  ///< by rank, of the mean
  std::vector<std::int64_t> seen_;
  std::vector<double> computed_;  ///< seconds of each worker when this epoch began
};

}  // namespace encore
