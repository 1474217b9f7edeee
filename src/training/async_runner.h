// --parallel async: a parameter server in process 0 (exchange/parameter_server.h). Each worker pulls the common model,
// trains an epoch or a batch on its own users, and pushes its change; nobody waits for anybody inside an epoch. Without
// --lock pulls and pushes of different workers mix number by number ("hogwild", Recht et al. 2011). Not deterministic,
// and it says so.
#pragma once
#include <memory>
#include <vector>
#include "exchange/parameter_server.h"
#include "training/lone_worker.h"

namespace encore {

class AsyncRunner final : public EpochRunner {
 public:
  explicit AsyncRunner(TrainingContext&);
  ~AsyncRunner() override;
  bool run(std::int64_t epoch) override;

 private:
  bool run_worker(std::size_t worker, std::int64_t epoch);
  void pull(std::size_t worker);
  void push(std::size_t worker);
  void meet();
  template <class Talk>
  void timed_talk(std::size_t worker, Talk talk);

  std::vector<LoneWorker> workers_;
  std::vector<Autoencoder> pulled_;  ///< the common model as each worker last pulled it, until it pushes
  std::unique_ptr<Parameters> server_;
};

}  // namespace encore
