// Steps on demand, whatever is trained: a thread a rank for each call, as an epoch has, and batch after batch of users in order. Not the
// step itself (stepper.h, elsa_stepper.h).
#pragma once
#include <cstdint>
#include <vector>

#include "dataset/dataset.h"
#include "exchange/thread_exchange.h"
#include "training/training_plan.h"

namespace encore::bench {

class Steps {
 public:
  virtual ~Steps() = default;
  /// So many further steps, from the first users again behind the last. Returns seconds.
  double run(std::int64_t steps);
  /// Mean loss of the last step, as it was before its update.
  double loss() const { return loss_; }

 protected:
  /// The dataset must outlive this.
  Steps(const Dataset&, const TrainingPlan&);
  /// Step `t`, from 1, of one rank.
  virtual void step(int rank, std::int64_t t) = 0;
  /// What a rank has put off, so that no work is left out of the time.
  virtual void settle(int /*rank*/) {}
  std::vector<std::int32_t> users_of(std::int64_t t) const;

  const Dataset& data_;
  TrainingPlan plan_;
  ThreadWorld world_;
  double loss_ = 0;  ///< rank 0 sets it

 private:
  std::int64_t done_ = 0;
};

}  // namespace encore::bench
