// Features by name → numbers for the ridge regression: which count, how much each, and rows of unit length. Not the regression
// (linear/feature_ridge.h).
#pragma once
#include <vector>

#include "dataset/item_features.h"
#include "linear/feature_ridge.h"

namespace encore {

struct FeatureNumbers {
  FeatureRows rows;           ///< of all items
  std::int64_t features = 0;  ///< how many count
};

/// Of `items` [N], of whom `counts` [N] says which may decide what a feature is worth (those that a model has learned): the features
/// that at least two of these have, at most 4096, the most frequent first and of equal ones the first by name. Each item's row has unit
/// length.
FeatureNumbers feature_numbers(const ItemFeatures& items, const std::vector<std::uint8_t>& counts);

}  // namespace encore
