// Step by step, with what a folder and a person want to know of it.
#include "training/trainer.h"

#include <fmt/format.h>

#include "console/table.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/version.h"
#include "training/network_fit.h"

namespace encore {

void require_trainable(const TrainingPlan& plan, const Dataset& dataset) {
  if ((plan.patience_asked || plan.stop_on_asked) && dataset.users_in(Fold::validation).empty()) {
    throw UserError(fmt::format("{} needs validation users; prepare the dataset with --validation 0.1",
                                plan.patience_asked ? "--patience" : "--stop-on"));
  }
  if (plan.negatives >= dataset.items.size())
    throw UserError(fmt::format("--negatives {} is no sample of {} films; leave it out, and every step is over all of them",
                                with_thousands(plan.negatives), with_thousands(dataset.items.size())));
}

void run_to_end(Fit& fit, const FitContext& context, const std::filesystem::path& model_folder,
                const TrainingObserver& observer) {
  const TrainingPlan& plan = context.plan;
  require_trainable(plan, context.dataset);
  while (!fit.finished()) {
    const std::int64_t epoch = fit.record().epoch + 1;
    const std::size_t told = fit.history().size();
    const bool complete = interruption_requested() == 0 && fit.step([&](double done) {
      if (observer.on_progress) observer.on_progress(epoch, done, fit.users());
    });
    if (!complete) {
      const bool kept = fit.keep(model_folder);
      throw Interrupted(interruption_requested(),
                        kept ? fmt::format("stopped in epoch {}; go on with the same command and --resume", epoch)
                             : fmt::format("stopped; --model {} starts again from nothing", plan.architecture.model));
    }
    if (observer.on_times) observer.on_times(fit.worker_times());
    if (observer.on_epoch && fit.history().size() > told) observer.on_epoch(fit.history().back());
    const bool due = plan.checkpoint_every > 0 && fit.record().epoch % plan.checkpoint_every == 0;
    if (due && !fit.finished()) fit.keep(model_folder);
  }
}

TrainedModel finished_model(std::shared_ptr<const Model> scores, const FitRecord& record, const Dataset& dataset,
                            const TrainingPlan& plan) {
  TrainedModel model;
  model.model = std::move(scores);
  model.items = dataset.items;
  model.scale = dataset.scale;
  model.dataset_fingerprint = dataset.fingerprint;
  model.dataset_seed = dataset.seed;
  model.seed = plan.seed;
  model.training = plan.learning;
  model.epochs_trained = record.epoch;
  model.best_epoch = record.best_epoch;
  model.kept = record.kept;
  model.program_version = program_version();
  model.kernel_path = kernel_path_of(plan);
  model.block_items = plan.block_items;
  model.settings_json = to_json(plan);
  return model;
}

TrainedModel finished_model(const Fit& fit, const Dataset& dataset, const TrainingPlan& plan) {
  return finished_model(fit.model(), fit.record(), dataset, plan);
}

TrainedModel train(const Dataset& dataset, const TrainingPlan& plan, TrainingState& state,
                   const std::filesystem::path& model_folder, const TrainingObserver& observer) {
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{dataset, plan, world};
  NetworkFit fit(context, state);
  run_to_end(fit, context, model_folder, observer);
  return finished_model(fit, dataset, plan);
}

}  // namespace encore
