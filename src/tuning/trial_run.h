// A trial from where it stands to the end of its rung: trained like `encore train` trains it, judged on the validation users.
// It writes nothing but its checkpoint.
#pragma once
#include <filesystem>

#include "dataset/dataset.h"
#include "training/training_plan.h"
#include "tuning/trial.h"

namespace encore {

/// How many epochs a trial of a kind with epochs gets in all until the end of a rung, the last one apart: five rounds of 50
/// steps, at most a ninth of all epochs; then three times as many.
std::int64_t epochs_until(const TrainingPlan&, int rung);

/// `folder`: where the checkpoint of the rung before lies, if the kind can go on from one, and that of this rung is put.
/// Throws UserError for a training that fails, Interrupted after a signal, with a checkpoint kept.
TrialAnswer run_trial(const TrialRequest&, const Dataset&, int threads, const std::filesystem::path& folder);

}  // namespace encore
