// Predicted stars that no scale has: what a model answers that has not learned to predict ratings.
#pragma once
#include <string>

#include "model/recommender.h"

namespace encore {

/// A sentence when the answer's stars lie more than the scale's whole width beyond its ends; empty otherwise, and for scores that
/// are no stars.
std::string far_off_scale(const RatingScale&, const Recommendation&);

}  // namespace encore
