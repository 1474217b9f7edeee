// A trained model without some of its films, as if nobody had told it of them, without training. Not films that are no answer any more
// (Catalogue::retired), which keep their numbers.
#pragma once
#include <cstdint>
#include <set>

#include "dataset/item_features.h"
#include "model/trained_model.h"

namespace encore {

struct ShrunkModel {
  TrainedModel model;
  ItemFeatures features;  ///< of the films that stay; empty when nobody told any
};

/// Deletes the films' rows of every tensor and of the catalogue. Others keep their order in everybody's answers who had not rated the
/// forgotten ones. `features`: of all films, may be empty. Throws UserError when no film would stay.
ShrunkModel without_films(const TrainedModel&, const ItemFeatures& features, const std::set<std::int32_t>& forgotten);

}  // namespace encore
