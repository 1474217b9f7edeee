// Features by name → numbers for the ridge regression: which count, and how much each. Not the regression (linear/feature_ridge.h).
#pragma once
#include <vector>

#include "dataset/item_features.h"
#include "linear/feature_ridge.h"

namespace encore {

struct FeatureNumbers {
  FeatureRows rows;           ///< of all items
  std::int64_t features = 0;  ///< how many count
};

/// Of `items` [N], of whom `counts` [N] says which may decide what a feature is worth (those that a model has learned, n of them): the
/// features that some of these have and others have not, at most `most`, the most frequent first and of equal ones the first by name.
/// A feature that c of them have counts as its weight · ln((n + 1) ÷ (c + 1)); then the features of one column (genres, decades, words
/// of titles, each column that was told) have together the length 1 in an item's row, of told columns √6. Numbers of a
/// vector (--item-vectors) count as they are.
FeatureNumbers feature_numbers(const ItemFeatures& items, const std::vector<std::uint8_t>& counts, std::int64_t most);

}  // namespace encore
