// A model folder opened once for many questions: what `encore recommend` and `encore similar` answer with. Not the
// reading of the folder (folder/model_folder.h).
#pragma once
#include <string>
#include "console/output.h"
#include "model/trained_model.h"
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
};

/// Answer as the commands do; the settings' own `model` is not looked at. Throw UserError.
void recommend(const OpenedModel&, const RecommendSettings&, const Output&);
void list_similar(const OpenedModel&, const SimilarSettings&, const Output&);

}  // namespace encore
