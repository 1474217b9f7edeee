// Ratings of films that came after the training, in a trained model, without training. Not the file that they come from (new_ratings.h)
// and not the model's folder.
#pragma once
#include <string>
#include <vector>

#include "catalogue/new_ratings.h"
#include "dataset/item_features.h"
#include "model/trained_model.h"

namespace encore {

/// Ratings that count for nothing here, and the first of them.
struct LeftOut {
  std::int64_t count = 0;
  NewRating first = {};
};

struct RatedModel {
  struct Film {
    std::int32_t place = 0;  ///< in the catalogue
    std::int64_t ratings = 0, liked = 0;
  };
  TrainedModel model;
  std::vector<Film> films;  ///< by their places
  LeftOut of_unknown_films, of_trained_films, of_unknown_users, of_held_out_users;
};

/// Folds the ratings into the numbers of those of the films that came after the training: in place of what earlier ones have made of
/// these films, so that the same ratings make the same bits, however often. `features`: of the model's films, may be empty; `dataset`: the
/// one that the model was trained on, which knows the users. What the model says of the films that it was trained on stays as it is, bit
/// for bit, for everybody who rated none of the new ones. Throws UserError, in one sentence: another dataset, a kind of model that takes
/// no ratings, no rating that counts.
RatedModel with_ratings(const TrainedModel&, const ItemFeatures& features, const Dataset& dataset, const std::vector<NewRating>&,
                        int threads);
/// Of the dataset at `folder` what such a model was trained on: the part that trains, or all of it (train --all-ratings). Throws UserError
/// naming both when the model was trained on another one.
Dataset dataset_of_training(const TrainedModel&, const std::string& model, const std::string& folder);

}  // namespace encore
