// Weights alone do not tell a film that nobody liked from one that has no neighbours, so nothing is said of who liked it.
#include "recommendation/why_unknown.h"
#include <algorithm>
#include <fmt/format.h>

namespace encore {

bool says_who_liked(const TrainedModel& model) {
  return std::ranges::any_of(model.model->layers(), [](const LayerShape& layer) {  // of a blend also "ease item_weights"
    return !layer.name.ends_with("item_weights") && !layer.name.ends_with("neighbours");
  });
}

std::string why_unknown(const TrainedModel& model, std::string_view films) {
  if (!says_who_liked(model)) return fmt::format("the model relates {} to no other film", films);
  const bool likes = model.model->input() == Input::binary && !model.scale.implicit;
  return fmt::format("no training user {} {}", likes ? "likes" : "rated", films);
}

}  // namespace encore
