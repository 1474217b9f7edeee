// λ, p, ξ and balance of an `ease`: what the plan says, the rule, or what the validation users prefer, judged by solving for each.
// Not the choice itself (ease_choice.h).
#pragma once
#include "models/ease_choice.h"
#include "training/training_plan.h"

namespace encore {

/// Whether the validation users are asked: nothing is said of λ, and a solution takes seconds.
bool asks_validation_users(const LikeMatrix&, const TrainingPlan&);

/// The usual form, and where asks_validation_users the one that they prefer, if there are two of them with something to find.
ChosenForm ease_form(const LikeMatrix&, const Dataset&, const TrainingPlan&);
/// Without asking anybody.
ChosenForm usual_ease_form(const LikeMatrix&, const TrainingPlan&);

/// The negated inverse, with users weighed. Throws Interrupted on a signal, UserError as solve_gram.
SolvedGram solved_ease(LikeMatrix, const ClosedForm&, int threads);

/// What config.json says of it.
CheckedJson ease_architecture(const ChosenForm&, std::int64_t keep);
/// What the training says at its end.
std::string ease_outcome(const ChosenForm&);

}  // namespace encore
