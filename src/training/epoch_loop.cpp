// Epoch by epoch.
#include "training/epoch_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "kernel/flush_to_zero.h"
#include "network/scorer.h"
#include "process/error.h"

namespace encore {
namespace {

/// Of the users that some process of the world holds an input of, those of this fold.
std::vector<std::int32_t> users_anywhere(const Dataset& dataset, Input input, Fold fold,
                                         ClusterWorld& world) {
  std::vector<std::int32_t> here = users_with_input(dataset, input, fold);
  if (world.processes() == 1) return here;
  std::vector<std::byte> bits(static_cast<std::size_t>(dataset.users.size() + 7) / 8), all = bits;
  for (const std::int32_t user : here)
    bits[static_cast<std::size_t>(user) / 8] |= std::byte{1} << static_cast<int>(user % 8);
  for (const auto& other : gather_from_processes(world, bits))
    for (std::size_t i = 0; i < other.size(); ++i) all[i] |= other[i];
  std::vector<std::int32_t> users;
  for (std::int32_t user = 0; user < dataset.users.size(); ++user) {
    if ((all[static_cast<std::size_t>(user) / 8] >> static_cast<int>(user % 8) & std::byte{1}) != std::byte{0})
      users.push_back(user);
  }
  return users;
}

}  // namespace

std::vector<std::int32_t> users_with_input(const Dataset& dataset, Input input, Fold fold) {
  std::vector<std::int32_t> users;
  for (const std::int32_t user : dataset.users_in(fold)) {
    for (const float stars : dataset.ratings.ratings_of(user)) {
      if (!input_value(input, dataset.scale, stars)) continue;
      users.push_back(user);
      break;
    }
  }
  return users;
}

EpochLoop::EpochLoop(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state, ClusterWorld& world,
                     std::function<void(double)> on_progress)
    : dataset_(dataset),
      plan_(plan),
      state_(state),
      validates_(!dataset.users_in(Fold::validation).empty()),
      context_{dataset,
               plan,
               state,
               world,
               users_anywhere(dataset, plan.architecture.input, Fold::train, world),
               users_anywhere(dataset, plan.architecture.input, Fold::validation, world),
               std::move(on_progress)},
      runner_(make_epoch_runner(context_)) {}

EpochLoop::~EpochLoop() = default;

bool is_finished(const TrainingPlan& plan, const TrainingState& state) {
  const bool impatient = plan.patience && state.epoch > 0 && state.epoch - state.best_epoch >= *plan.patience;
  return state.epoch >= plan.learning.epochs || impatient;
}

bool EpochLoop::run_epoch() {
  const kernel::FlushToZero for_speed;  // this thread, too: what it averages or judges has the bits of any rank's thread
  const auto began = std::chrono::steady_clock::now();
  const bool complete = runner_->run(state_.epoch + 1);
  state_.running_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (complete) finish_epoch();
  return complete;
}

void EpochLoop::finish_epoch() {
  EpochRecord record;
  record.epoch = state_.epoch + 1;
  record.seconds = state_.running_seconds;
  const LossSum loss = plan_.loss_after_epoch ? runner_->loss_over(Fold::train) : runner_->epoch_loss();
  record.train_loss = loss.mean();
  if (!std::isfinite(record.train_loss)) {
    throw UserError(
        fmt::format("the loss of epoch {} is no longer a number; train with a lower --learning-rate than {:g}",
                    record.epoch, plan_.learning.learning_rate));
  }
  if (validates_) {
    record.validation_loss = runner_->loss_over(Fold::validation).mean();
    record.validation_ndcg = runner_->validation_ndcg();
  }
  worker_losses_.clear();
  for (WorkerState& worker : state_.workers) {
    worker_losses_.push_back(worker.loss.mean());
    worker.loss = {}, worker.batch = 0;
  }
  state_.running_seconds = 0;
  ++state_.epoch;
  state_.history.push_back(record);
  keep_best(record);
}

void EpochLoop::keep_best(const EpochRecord& record) {
  if (!plan_.patience) return;
  const double value = plan_.stop_on == StopOn::ndcg ? -*record.validation_ndcg : *record.validation_loss;
  if (state_.best_value && value >= *state_.best_value) return;
  state_.best_value = value;
  state_.best_epoch = record.epoch;
  state_.best = state_.model();
}

}  // namespace encore
