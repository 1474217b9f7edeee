// What `encore recommend` and `encore similar` say, as functions over a model that is open already: the program opens one
// for each command, the C interface one for many.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include "console/output.h"
#include "recommendation/dataset_user.h"
#include "recommendation/desk.h"
#include "settings/recommend_settings.h"
#include "settings/similar_settings.h"

namespace encore {

/// A model, and beside it the dataset whose users were asked about last. One question about a dataset's users at a time.
struct OpenedModel {
  /// Throws UserError as read_model does.
  explicit OpenedModel(std::string model_folder, Weights where = Weights::in_memory) : desk(std::move(model_folder), where) {}

  Desk desk;

  /// A dataset folder whose users are asked about, opened at the first question and kept for those that follow.
  struct People {
    /// Throws UserError when the folder is no dataset, or not of the model's stars and films.
    People(const std::string& folder, const Desk&);
    std::string folder;
    DatasetUsers users;
    std::vector<std::int32_t> model_items;  ///< of each item of the dataset; −1: the model has none
    std::vector<std::string> unknown;       ///< ids of those that it has not
  };
  People& people_of(const std::string& dataset_folder) const;

 private:
  mutable std::unique_ptr<People> people_;
};

/// Answer as the commands do; the settings' own `model` is not looked at. Throw UserError.
void recommend(const OpenedModel&, const RecommendSettings&, const Output&);
void list_similar(const Desk&, const SimilarSettings&, const Output&);

}  // namespace encore
