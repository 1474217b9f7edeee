// A whole training on one machine: step after step of a fit (fit.h) with its checkpoints, until its end or a signal. It writes
// no model folder (commands/).
#pragma once
#include <filesystem>
#include <functional>
#include "dataset/dataset.h"
#include "model/trained_model.h"
#include "training/fit.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

struct TrainingObserver {
  std::function<void(std::int64_t epoch, double users_done, double users)> on_progress;
  std::function<void(const EpochRecord&)> on_epoch;
  std::function<void(const std::vector<WorkerTimes>&)> on_times;  ///< after each epoch, of all so far; before on_epoch
};

/// Throws UserError when plan and dataset do not go together: no validation users to stop on.
void require_trainable(const TrainingPlan&, const Dataset&);

/// Steps to the end of the plan. Checkpoints go to `model_folder`/checkpoints. Throws UserError as `require_trainable` does,
/// for data that the kind cannot learn from, and when the loss is no longer a number; Interrupted after a signal, with a
/// checkpoint written where the kind can go on from one.
void run_to_end(Fit&, const FitContext&, const std::filesystem::path& model_folder, const TrainingObserver&);

/// What the fit has come to, as a model.
TrainedModel finished_model(const Fit&, const Dataset&, const TrainingPlan&);
/// The same from its pieces.
TrainedModel finished_model(std::shared_ptr<const Model>, const FitRecord&, const Dataset&, const TrainingPlan&);

/// A network from `state` on to the end of the plan, with what the training came to left in `state`.
TrainedModel train(const Dataset&, const TrainingPlan&, TrainingState& state, const std::filesystem::path& model_folder,
                   const TrainingObserver&);

}  // namespace encore
