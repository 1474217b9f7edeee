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
    : plan_(plan),
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
  const StopOn by = compared_by(plan, state.history);
  const bool judged = state.history.empty() || worth(state.history.back(), by);
  const bool unjudged = plan.patience > 0 && !plan.patience_asked && !judged;
  if (state.epoch >= (unjudged ? std::min(plan.epochs_unjudged, plan.learning.epochs) : plan.learning.epochs)) return true;
  return plan.patience > 0 && patience_is_over(state.history, by, plan.patience, plan.round);
}

StopOn compared_by(const TrainingPlan& plan, const History& history) {
  const bool no_ranking = !history.empty() && !history.back().validation_ndcg;
  return no_ranking && !plan.stop_on_asked ? StopOn::validation_loss : plan.stop_on;
}

std::int64_t kept_epoch(const TrainingState& state) { return state.best_epoch > 0 ? state.best_epoch : state.epoch; }

std::string why_kept(const TrainingPlan& plan, const TrainingState& state) {
  if (state.best_epoch == 0) return "the last; no validation users compare them";
  const StopOn by = compared_by(plan, state.history);
  const EpochRecord& best = state.history[static_cast<std::size_t>(state.best_epoch - 1)];
  const std::string value = by == StopOn::ndcg ? fmt::format("NDCG@100 {:.4f}", *best.validation_ndcg)
                                               : fmt::format("loss {:.6g}", *best.validation_loss);
  const std::int64_t waited = plan.patience * plan.round;
  const bool impatient = plan.patience > 0 && patience_is_over(state.history, by, plan.patience, plan.round);
  return fmt::format("the best for validation users: {}{}", value,
                     impatient ? fmt::format("; no better mean of {} for {} epochs",
                                             plan.round == 1 ? "one" : std::to_string(plan.round), waited)
                               : "");
}

std::string divergence(const TrainingPlan& plan, const TrainingState& state) {
  if (!state.untrained_loss || state.history.empty()) return {};
  const EpochRecord& kept = state.history[static_cast<std::size_t>(kept_epoch(state) - 1)];
  // A mean with dropout against one without; where films are sampled, over some users against all of them, too.
  const double by_chance = plan.negatives > 0 ? 1.1 : 1.02;
  if (kept.train_loss <= *state.untrained_loss * by_chance) return {};
  return fmt::format(
      "the training has diverged: the loss of epoch {} is {:.6g}, that of the untrained model {:.6g}; train with a lower "
      "--learning-rate than {:g}",
      kept.epoch, kept.train_loss, *state.untrained_loss, plan.learning.learning_rate);
}

bool EpochLoop::run_epoch() {
  const kernel::FlushToZero for_speed;  // this thread, too: what it averages or judges has the bits of any rank's thread
  if (state_.epoch == 0 && state_.steps == 0 && state_.is_untrained)
    state_.untrained_loss = runner_->untrained_loss();
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
    const LossSum validation = runner_->loss_over(Fold::validation);
    if (validation.weight > 0) record.validation_loss = validation.mean();
    record.validation_ndcg = runner_->validation_ndcg();
  }
  require_measured(record);
  worker_losses_.clear();
  for (WorkerState& worker : state_.workers) {
    worker_losses_.push_back(worker.loss.mean());
    worker.loss = {}, worker.batch = 0;
  }
  state_.running_seconds = 0;
  ++state_.epoch;
  state_.history.push_back(record);
  keep_best();
}

/// What the user asked to stop on must be there.
void EpochLoop::require_measured(const EpochRecord& record) const {
  if (!plan_.patience_asked && !plan_.stop_on_asked) return;
  if (plan_.stop_on == StopOn::ndcg ? record.validation_ndcg.has_value() || !plan_.stop_on_asked
                                    : record.validation_loss.has_value())
    return;
  throw UserError(plan_.stop_on == StopOn::ndcg
                      ? "no validation user has a liked film to find, so there is no NDCG@100 to stop on; say --stop-on "
                        "validation-loss, or prepare with a larger --validation"
                      : "no validation user has a rating that this model looks at, so there is no validation loss to "
                        "stop on; prepare with a larger --validation or a lower --liked");
}

/// Of the epochs whose weights are still there, the kept one and the last. What the kept one is worth stands in the
/// history, so a training that goes on by another measure compares like with like.
void EpochLoop::keep_best() {
  const StopOn by = compared_by(plan_, state_.history);
  const std::optional<double> last = worth(state_.history.back(), by);
  if (!last) return;
  if (state_.best_epoch > 0) {
    const std::optional<double> best = worth(state_.history[static_cast<std::size_t>(state_.best_epoch - 1)], by);
    if (best && *last <= *best) return;
  }
  state_.best_epoch = state_.epoch;
  state_.best = state_.model();
}

}  // namespace encore
