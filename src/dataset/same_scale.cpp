// Scales side by side, and in words.
#include "dataset/same_scale.h"

#include <fmt/format.h>

#include "process/error.h"

namespace encore {
namespace {

std::string in_words(const RatingScale& scale) {
  if (scale.implicit) return "interactions without stars (--implicit)";
  if (scale.log_counts)
    return fmt::format("counts from {:g} to {:g} that weigh log(1 + count) (--count log), liked from {:g} on (--liked {:g})", scale.minimum,
                       scale.maximum, scale.liked, scale.liked);
  return fmt::format("ratings on a scale of {:g} to {:g} (--scale {:g}-{:g}), liked from {:g} on (--liked {:g})",
                     scale.minimum, scale.maximum, scale.minimum, scale.maximum, scale.liked, scale.liked);
}

[[noreturn]] void refuse(const RatingScale& model, const RatingScale& dataset, const std::string& model_name,
                         const std::string& dataset_name) {
  throw UserError(fmt::format("{} was trained on {}, but {} holds {}; prepare that with the options of the former",
                              model_name, in_words(model), dataset_name, in_words(dataset)));
}

}  // namespace

void require_same_stars(const RatingScale& model, const RatingScale& dataset, const std::string& model_name,
                        const std::string& dataset_name) {
  if (model.implicit) return;
  if (dataset.implicit || model.minimum != dataset.minimum || model.maximum != dataset.maximum)
    refuse(model, dataset, model_name, dataset_name);
}

void require_same_scale(const RatingScale& model, const RatingScale& dataset, const std::string& model_name,
                        const std::string& dataset_name) {
  require_same_stars(model, dataset, model_name, dataset_name);
  const bool other_likes = model.liked != dataset.liked || model.log_counts != dataset.log_counts;
  if (model.implicit != dataset.implicit || (!model.implicit && other_likes))
    refuse(model, dataset, model_name, dataset_name);
}

}  // namespace encore
