// --parallel async: a parameter server in shared memory. Each worker pulls the common model, trains an epoch or a batch
// on its own users, and pushes its change; nobody waits for anybody inside an epoch. Without --lock pulls and pushes of
// different workers mix number by number ("hogwild", Recht et al. 2011). Not deterministic, and it says so.
#pragma once
#include <memory>
#include <mutex>
#include <vector>
#include "training/lone_worker.h"

namespace encore {

class AsyncRunner final : public EpochRunner {
 public:
  explicit AsyncRunner(TrainingContext&);
  bool run(std::int64_t epoch) override;

 private:
  bool run_worker(std::size_t worker, std::int64_t epoch);
  void pull(std::size_t worker);
  void push(std::size_t worker);

  std::vector<LoneWorker> workers_;
  std::vector<Autoencoder> pulled_;  ///< the common model as each worker last saw it
  std::mutex server_;
};

}  // namespace encore
