// Epoch by epoch.
#include "training/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "evaluation/evaluation.h"
#include "kernel/kernels.h"
#include "model/scorer.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/version.h"
#include "training/checkpoint.h"
#include "training/epoch_runner.h"

namespace encore {
namespace {

/// Training users whose row is not empty for this model; a row without positives is not trained on.
std::vector<std::int32_t> users_with_input(const Dataset& dataset, const Architecture& architecture) {
  std::vector<std::int32_t> users;
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    for (const float stars : dataset.ratings.ratings_of(user)) {
      if (input_value(architecture, dataset.scale, stars) == 0) continue;
      users.push_back(user);
      break;
    }
  }
  return users;
}

class EpochLoop {
 public:
  EpochLoop(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state, const std::filesystem::path& folder,
            const TrainingObserver& observer)
      : dataset_(dataset),
        plan_(plan),
        state_(state),
        folder_(folder),
        observer_(observer),
        validates_(!dataset.users_in(Fold::validation).empty()),
        context_{dataset, plan, state, users_with_input(dataset, plan.architecture), {}} {
    context_.on_progress = [this](double users) {
      if (observer_.on_progress)
        observer_.on_progress(state_.epoch + 1, users, static_cast<double>(context_.users.size()));
    };
  }

  void run() {
    const std::unique_ptr<EpochRunner> runner = make_epoch_runner(context_);
    while (state_.epoch < plan_.learning.epochs) {
      if (interruption_requested() != 0) stop();
      const auto began = std::chrono::steady_clock::now();
      const bool complete = runner->run(state_.epoch + 1);
      state_.running_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
      if (!complete) stop();
      finish_epoch();
      if (plan_.patience && state_.epoch - state_.best_epoch >= *plan_.patience) break;
      const bool last = state_.epoch == plan_.learning.epochs;
      if (plan_.checkpoint_every > 0 && state_.epoch % plan_.checkpoint_every == 0 && !last)
        write_checkpoint(folder_, plan_, state_, dataset_.fingerprint);
    }
  }

 private:
  [[noreturn]] void stop() {
    write_checkpoint(folder_, plan_, state_, dataset_.fingerprint);
    throw Interrupted(interruption_requested(),
                      fmt::format("stopped in epoch {}; go on with the same command and --resume", state_.epoch + 1));
  }

  void finish_epoch() {
    EpochRecord record;
    record.epoch = ++state_.epoch;
    record.seconds = state_.running_seconds;
    LossSum loss;
    for (WorkerState& worker : state_.workers) {
      loss.sum += worker.loss.sum, loss.weight += worker.loss.weight;
      worker.loss = {}, worker.batch = 0;
    }
    state_.running_seconds = 0;
    record.train_loss = plan_.loss_after_epoch
                            ? mean_loss(state_.model(), dataset_, Fold::train, plan_.threads, plan_.block_items)
                            : loss.mean();
    if (!std::isfinite(record.train_loss)) {
      throw UserError(
          fmt::format("the loss of epoch {} is no longer a number; train with a lower --learning-rate than {:g}",
                      record.epoch, plan_.learning.learning_rate));
    }
    if (validates_) {
      record.validation_loss = mean_loss(state_.model(), dataset_, Fold::validation, plan_.threads, plan_.block_items);
      record.validation_ndcg =
          ranking_quality(state_.model(), dataset_, Fold::validation, plan_.threads, plan_.block_items).ndcg_at_100;
    }
    state_.history.push_back(record);
    keep_best(record);
    if (observer_.on_epoch) observer_.on_epoch(record);
  }

  void keep_best(const EpochRecord& record) {
    if (!plan_.patience) return;
    const double value = plan_.stop_on == StopOn::ndcg ? -*record.validation_ndcg : *record.validation_loss;
    if (state_.best_value && value >= *state_.best_value) return;
    state_.best_value = value;
    state_.best_epoch = record.epoch;
    state_.best = state_.model();
  }

  const Dataset& dataset_;
  const TrainingPlan& plan_;
  TrainingState& state_;
  const std::filesystem::path& folder_;
  const TrainingObserver& observer_;
  bool validates_;
  TrainingContext context_;
};

/// Popularity: the output biases are the number of training users who liked the film; there is nothing to train.
void count_likes(Autoencoder& network, const Dataset& dataset) {
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    const auto items = dataset.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      network.output.row(items[i])[0] +=
          input_value(network.architecture, dataset.scale, dataset.ratings.ratings_of(user)[i]);
    }
  }
}

}  // namespace

void require_trainable(const TrainingPlan& plan, const Dataset& dataset) {
  if (plan.architecture.hidden.empty()) return;
  if (users_with_input(dataset, plan.architecture).empty()) {
    throw UserError(
        "no training user has a rating that this model learns from; prepare with a smaller --hold-out or a lower "
        "--liked");
  }
  if (plan.patience && dataset.users_in(Fold::validation).empty()) {
    throw UserError("--patience needs validation users; prepare the dataset with --validation 0.1");
  }
}

TrainedModel train(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state,
                   const std::filesystem::path& model_folder, const TrainingObserver& observer) {
  require_trainable(plan, dataset);
  const bool counts = plan.architecture.hidden.empty();
  if (counts)
    count_likes(state.workers[0].network, dataset);
  else
    EpochLoop(dataset, plan, state, model_folder, observer).run();

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

}  // namespace encore
