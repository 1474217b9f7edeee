// Trains shards of a network in step on made-up ratings: what is timed here is the step of `encore train`, neither its epochs nor its
// files. Not elsa (elsa_stepper.h).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "steps.h"
#include "training/row_shares.h"
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

/// Of a model trained in turns a step is one of each pass.
class Stepper final : public Steps {
 public:
  /// The dataset must outlive this.
  Stepper(const Dataset&, const TrainingPlan&, const kernel::Kernels& = kernel::device_named("cpu"));
  const Autoencoder& network() const { return state_.workers[0].network; }

 private:
  struct Rank;
  void step(int rank, std::int64_t t) override;
  void settle(int rank) override;

  TrainingState state_;
  std::shared_ptr<RowShares> shares_;  ///< none where there is one shard
  std::vector<std::shared_ptr<Rank>> ranks_;
};

}  // namespace encore::bench
