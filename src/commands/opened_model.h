// A model folder opened once for many questions: what `encore recommend` and `encore similar` answer with. Not the
// reading of the folder (folder/model_folder.h).
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "console/output.h"
#include "model/trained_model.h"
#include "recommendation/dataset_user.h"
#include "recommendation/film_finder.h"
#include "settings/recommend_settings.h"
#include "settings/similar_settings.h"

namespace encore {

/// One question at a time: the index of titles is made at the first one that needs it.
struct OpenedModel {
  /// Throws UserError as read_model does.
  explicit OpenedModel(std::string model_folder);
  OpenedModel(const OpenedModel&) = delete;
  OpenedModel& operator=(const OpenedModel&) = delete;

  std::string folder;
  TrainedModel model;
  FilmFinder finder;

  /// A dataset folder whose users are asked about, opened at the first question and kept for those that follow.
  struct People {
    /// Throws UserError when the folder is no dataset, or not of the model's stars and films.
    People(const std::string& folder, const OpenedModel&);
    std::string folder;
    DatasetUsers users;
    std::vector<std::int32_t> model_items;  ///< of each item of the dataset; −1: the model has none
  };
  People& people_of(const std::string& dataset_folder) const;

 private:
  mutable std::unique_ptr<People> people_;
};

/// Answer as the commands do; the settings' own `model` is not looked at. Throw UserError.
void recommend(const OpenedModel&, const RecommendSettings&, const Output&);
void list_similar(const OpenedModel&, const SimilarSettings&, const Output&);

}  // namespace encore
