// Epoch by epoch, with what a folder and a person want to know of it.
#include "training/trainer.h"

#include <fmt/format.h>

#include "kernel/kernels.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/version.h"
#include "training/checkpoint.h"
#include "training/epoch_loop.h"

namespace encore {
namespace {

void run_epochs(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state,
                const std::filesystem::path& folder, const TrainingObserver& observer) {
  ClusterWorld world(plan.shards, plan.threads);
  double users = 0;
  EpochLoop loop(dataset, plan, state, world, [&](double done) {
    if (observer.on_progress) observer.on_progress(state.epoch + 1, done, users);
  });
  users = loop.users();
  while (!is_finished(plan, state)) {
    if (interruption_requested() != 0 || !loop.run_epoch()) {
      write_checkpoint(folder, plan, state, dataset.fingerprint);
      throw Interrupted(interruption_requested(),
                        fmt::format("stopped in epoch {}; go on with the same command and --resume", state.epoch + 1));
    }
    if (observer.on_times) observer.on_times(loop.worker_times());
    if (observer.on_epoch) observer.on_epoch(state.history.back());
    const bool due = plan.checkpoint_every > 0 && state.epoch % plan.checkpoint_every == 0;
    if (due && !is_finished(plan, state)) write_checkpoint(folder, plan, state, dataset.fingerprint);
  }
}

}  // namespace

void require_trainable(const TrainingPlan& plan, const Dataset& dataset) {
  if (plan.architecture.hidden.empty()) return;
  if (users_with_input(dataset, plan.architecture, Fold::train).empty()) {
    throw UserError(
        "no training user has a rating that this model learns from; prepare with a smaller --hold-out or a lower "
        "--liked");
  }
  if (plan.patience && dataset.users_in(Fold::validation).empty()) {
    throw UserError("--patience needs validation users; prepare the dataset with --validation 0.1");
  }
}

TrainedModel finished_model(const Dataset& dataset, const TrainingPlan& plan, const TrainingState& state) {
  TrainedModel model;
  model.network = state.best.items > 0 ? state.best : state.model();
  model.items = dataset.items;
  model.scale = dataset.scale;
  model.dataset_fingerprint = dataset.fingerprint;
  model.dataset_seed = dataset.seed;
  model.seed = plan.seed;
  model.training = plan.learning;
  model.epochs_trained = state.epoch;
  model.best_epoch = state.best_epoch > 0 ? state.best_epoch : state.epoch;
  model.program_version = program_version();
  model.kernel_path = kernel::kernel_path();
  model.block_items = plan.block_items;
  model.settings_json = to_json(plan);
  return model;
}

TrainedModel train(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state,
                   const std::filesystem::path& model_folder, const TrainingObserver& observer) {
  require_trainable(plan, dataset);
  if (plan.architecture.hidden.empty())
    count_likes(state.workers[0].network, dataset);
  else
    run_epochs(dataset, plan, state, model_folder, observer);
  return finished_model(dataset, plan, state);
}

}  // namespace encore
