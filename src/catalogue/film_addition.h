// New films in a trained model, without training: their numbers are predicted from features by ridge regression. Not the file that
// they come from (new_films.h) and not the model's folder.
#pragma once
#include <vector>

#include "catalogue/new_films.h"
#include "model/trained_model.h"

namespace encore {

struct GrownModel {
  TrainedModel model;
  ItemFeatures features;               ///< of the grown catalogue; empty when nobody told any
  std::vector<std::int32_t> places;    ///< of the new films in it, in the order of the file
  /// Of each, the films (places) whose numbers count most in its own, at most three; none where it has no feature in common with any, and
  /// counts as an average film.
  std::vector<std::vector<std::int32_t>> alike;
};

/// Item numbers are no longer those of the dataset: its fingerprint gets "added-items:" in front, once, so that nobody takes a number of
/// the one for a number of the other.
void mark_changed_catalogue(TrainedModel& model);

/// Adds the films where their ids belong. What the model says of the films that it has stays as it is, bit for bit; the films that were
/// added before count as answers, not as examples. `features`: of the model's own films (folder/item_features_file.h), may be empty.
/// Throws UserError, in one sentence, when the kind of model cannot grow or knows no film to learn from.
GrownModel with_new_films(const TrainedModel&, const ItemFeatures& features, const std::vector<NewFilm>&, int threads);

}  // namespace encore
