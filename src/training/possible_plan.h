// What a file may say of the plan of its training: a damaged one may say anything. Not the options' own ranges (settings/).
#pragma once
#include "training/training_plan.h"

namespace encore {

/// Whether any training can have had this plan.
bool is_possible(const TrainingPlan&);

}  // namespace encore
