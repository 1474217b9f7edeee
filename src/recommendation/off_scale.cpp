// The worst of a list decides.
#include "recommendation/off_scale.h"

#include <fmt/format.h>

#include <algorithm>

namespace encore {

std::string far_off_scale(const RatingScale& scale, const Recommendation& answer) {
  if (answer.kind != ScoreKind::stars) return {};
  const auto beyond = [&](const ScoredItem& one) {
    const auto stars = static_cast<double>(one.score);
    return std::max(stars - scale.maximum, scale.minimum - stars);
  };
  const auto worst = std::ranges::max_element(answer.items, {}, beyond);
  if (worst == answer.items.end() || beyond(*worst) <= scale.maximum - scale.minimum) return {};
  return fmt::format("{:.6g} stars are far off the scale of {:g} to {:g}: this model has not learned to predict ratings; train it with a "
                     "lower --learning-rate, or longer",
                     worst->score, scale.minimum, scale.maximum);
}

}  // namespace encore
