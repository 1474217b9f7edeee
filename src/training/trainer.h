// A whole training on one machine: the loop over epochs (epoch_loop.h) with its checkpoints, until its end or a signal.
// It writes no model folder (commands/).
#pragma once
#include <filesystem>
#include <functional>
#include "dataset/dataset.h"
#include "model/trained_model.h"
#include "training/epoch_runner.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

struct TrainingObserver {
  std::function<void(std::int64_t epoch, double users_done, double users)> on_progress;
  std::function<void(const EpochRecord&)> on_epoch;
  std::function<void(const std::vector<WorkerTimes>&)> on_times;  ///< after each epoch, of all so far; before on_epoch
};

/// Throws UserError when plan and dataset do not go together: nobody to train on, no validation users to stop on.
void require_trainable(const TrainingPlan&, const Dataset&);

/// Trains to the end of the plan, from `state` on, and returns the model: the last epoch's, or with `patience` the best
/// one's. What the training came to stays in `state`. Checkpoints go to `model_folder`/checkpoints. Throws UserError as
/// `require_trainable` does, and when the loss is no longer a number; Interrupted after a signal, with a checkpoint
/// written.
TrainedModel train(const Dataset&, const TrainingPlan&, TrainingState& state, const std::filesystem::path& model_folder,
                   const TrainingObserver&);

/// What the training has come to, as a model: the last epoch, or with `patience` the best one.
TrainedModel finished_model(const Dataset&, const TrainingPlan&, const TrainingState&);

}  // namespace encore
