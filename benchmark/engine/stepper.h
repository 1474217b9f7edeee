// Trains shards in step on made-up ratings, for as many steps as asked: what is timed here is the step of `encore
// train`, neither its epochs nor its files.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "exchange/thread_exchange.h"
#include "training/shard_step.h"
#include "training/training_plan.h"
#include "training/warm_start.h"

namespace encore::bench {

/// A step's network and size. Names as on the command line.
struct StepShape {
  std::string model = "reference";
  std::int32_t items = 2821;
  std::int32_t users = 6400;
  double ratings_per_user = 7.3;
  std::int64_t batch = 64;
  int shards = 2;
  Precision precision = Precision::f32;
};

TrainingPlan plan_of(const StepShape&);

class Stepper {
 public:
  /// The dataset must outlive this.
  Stepper(const Dataset&, const TrainingPlan&, const kernel::Kernels& = kernel::device_named("cpu"));
  /// So many further steps (of a model trained in turns: so many times a step of each pass), batch after
  /// batch of users in order, from the start again behind the last. Returns seconds.
  double run(std::int64_t steps);
  /// Mean loss of the last step, as it was before its update.
  double loss() const { return loss_; }
  const Autoencoder& network() const { return state_.workers[0].network; }

 private:
  struct Rank;
  void step(Rank&, std::int64_t t);

  const Dataset& data_;
  TrainingPlan plan_;
  TrainingState state_;
  ThreadWorld world_;
  std::vector<std::shared_ptr<Rank>> ranks_;
  std::int64_t done_ = 0;
  double loss_ = 0;
};

}  // namespace encore::bench
