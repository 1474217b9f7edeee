// Steps of elsa. Not those of networks (stepper.h).
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "steps.h"

namespace encore::bench {

class ElsaStepper final : public Steps {
 public:
  /// `width` numbers for each film. The dataset must outlive this.
  ElsaStepper(const Dataset&, const TrainingPlan&, std::int64_t width);

 private:
  struct Rank;
  void step(int rank, std::int64_t t) override;

  std::vector<std::shared_ptr<Rank>> ranks_;
};

}  // namespace encore::bench
