// Steps of elsa, as stepper.h takes those of networks: the step alone, neither epochs nor files.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/dataset.h"
#include "exchange/thread_exchange.h"
#include "linear/elsa_step.h"
#include "training/training_plan.h"

namespace encore::bench {

class ElsaStepper {
 public:
  /// `width` numbers for each film. The dataset must outlive this.
  ElsaStepper(const Dataset&, const TrainingPlan&, std::int64_t width);
  /// So many further steps, batch after batch of users in order, from the start again behind the last. Returns seconds.
  double run(std::int64_t steps);
  /// Mean loss of the last step, as it was before its update.
  double loss() const { return loss_; }

 private:
  struct Rank;
  void step(Rank&, std::int64_t t);

  const Dataset& data_;
  TrainingPlan plan_;
  ThreadWorld world_;
  std::vector<std::shared_ptr<Rank>> ranks_;
  std::int64_t done_ = 0;
  double loss_ = 0;
};

}  // namespace encore::bench
