// What kinds without epochs have in common.
#include "training/fit.h"

#include <stdexcept>

#include "training/part_file.h"

namespace encore {

const History& Fit::history() const {
  static const History none;
  return none;
}

const std::vector<WorkerTimes>& Fit::worker_times() const {
  static const std::vector<WorkerTimes> none;
  return none;
}

// The plan has refused both with a sentence (models/plan.cpp).
void Fit::resume(const std::filesystem::path&) { throw std::logic_error("this kind of model cannot go on"); }
WarmStartCounts Fit::warm_start(const TrainedModel&, const std::filesystem::path&) {
  throw std::logic_error("this kind of model starts from nothing else");
}

bool OneStepFit::step(const std::function<void(double)>&) {
  model_ = made();
  return true;
}

void OneStepFit::save_part(const std::filesystem::path& file, int process) const {
  write_empty_state_part(file, context_.plan, context_.dataset.fingerprint, process);
}

}  // namespace encore
