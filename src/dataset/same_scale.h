// Whether a dataset's ratings mean what those meant that a model was trained on.
#pragma once
#include <string>
#include "dataset/dataset.h"

namespace encore {

/// Throws UserError when stars of `dataset` are not stars of `model`, whose names are given for the message: another
/// range, or no stars at all. A model that takes every rating for 1 takes any.
void require_same_stars(const RatingScale& model, const RatingScale& dataset, const std::string& model_name,
                        const std::string& dataset_name);
/// That, and when something else counts as liked: what is to be found would not be what was learned.
void require_same_scale(const RatingScale& model, const RatingScale& dataset, const std::string& model_name,
                        const std::string& dataset_name);

}  // namespace encore
