// Ridge regression from features of items to whatever has a row for each item, in the form of weights: what a new item gets is a
// sum of the rows of the items that a model has learned. Not where features come from and not what the rows are.
//
// With F [M × d] the features of the known items, D = diag(trust) and f the features of a new one, the ridge regression of rows
// W [M × h] answers f·(FᵀDF + ρI)⁻¹FᵀD·W = w·W, whatever W is: one w = f·(FᵀDF + ρI)⁻¹FᵀD for the rows of a network's
// layers, for vectors of low rank, and for the columns of a closed form (Hoerl and Kennard 1970, "Ridge regression"; for
// closed-form recommenders: MARec, Monteil et al. 2024, RecSys).
#pragma once
#include <cstdint>
#include <vector>

#include "linear/square_matrix.h"

namespace encore {

/// Features of items in compressed rows.
struct FeatureRows {
  std::vector<std::int64_t> start{0};  ///< [items + 1]
  std::vector<std::int32_t> feature;   ///< ascending within a row
  std::vector<float> value;
  std::int64_t size() const { return static_cast<std::int64_t>(start.size()) - 1; }
};

class FeatureRidge {
 public:
  /// `known` [M] with features below `features`; `trust` [M]: how much each item's row is worth, 0: nothing. A constant feature is
  /// added, which is all but free of ρ, so that an item without features gets the mean. `rho` above 0.
  FeatureRidge(FeatureRows known, std::vector<float> trust, std::int64_t features, double rho, int threads);
  std::int64_t known() const { return known_.size(); }
  /// w [M] of item `row` of `items`, into `to`: the same bits whichever items stand beside it.
  void weights(const FeatureRows& items, std::int64_t row, float* to) const;

 private:
  FeatureRows known_;
  std::vector<float> trust_;
  std::int64_t features_;
  SquareMatrix negated_inverse_;  ///< −(FᵀDF + ρI)⁻¹, the constant last
};

}  // namespace encore
