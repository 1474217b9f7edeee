// How a plan comes about: the defaults of the kind of model, what the user changed, and what a checkpoint says. Not the plan
// itself (training/training_plan.h).
#pragma once
#include <cstdint>
#include <optional>

#include "settings/train_settings.h"
#include "training/training_plan.h"

namespace encore {

/// The plan for the user's options and so many users. Unless --epochs says how many: with validation users as many epochs as
/// make them better, without any a number of steps (a small dataset gets more epochs). `items`: of the catalogue, where one
/// process trains alone; --model auto chooses by it (choice.h). Throws UserError for a pair of options that does not go
/// together, and for one that the kind of model does not listen to.
TrainingPlan plan_training(const TrainSettings&, std::int64_t training_users, std::int64_t validation_users = 0,
                           std::optional<std::int64_t> items = {});

/// Throws UserError for an option that the kind of model named by --model does not listen to; with --model auto, when there is
/// none that listens to all that are given.
void require_heard(const TrainSettings&);

/// The same when going on from a checkpoint whose plan is `before`: what the user did not say is taken from there.
/// Throws UserError naming the option that was different; only --epochs, --threads, --patience, --checkpoint-every and,
/// with --parallel items, --shards may change.
TrainingPlan plan_resumed(const TrainSettings&, const TrainingPlan& before);

}  // namespace encore
