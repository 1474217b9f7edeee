// Ridge regression from features of items to whatever has a row for each item, in the form of weights: what a new item gets is a
// sum of the rows of the items that a model has learned. Not where features come from and not what the rows are.
//
// With F [M × d] the features of the known items, D = diag(trust) and f the features of a new one, the ridge regression of rows
// W [M × h] answers f·(FᵀDF + ρI)⁻¹FᵀD·W = w·W, whatever W is: one w = f·(FᵀDF + ρI)⁻¹FᵀD for the rows of a network's
// layers, for vectors of low rank, and for the columns of a closed form (Hoerl and Kennard 1970, "Ridge regression"; for
// closed-form recommenders: MARec, Monteil et al. 2024, RecSys). Rare features are eliminated before anything is inverted
// (eliminated_matrix.h). The same w is fFᵀ·(FFᵀ + ρD⁻¹)⁻¹ (Saunders, Gammerman, Vovk 1998, "Ridge regression learning algorithm
// in dual variables"), where the matrix has as many rows as there are items: it is taken where what is left of the features is
// larger.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/aligned.h"
#include "linear/eliminated_matrix.h"
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
  /// w [count × M] of the items `first` … `first + count` of `items`, into `to`: the same bits whichever items stand beside them.
  void weights(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const;
  /// Whether `sums` knows a shorter way than by weights: FᵀD·W first, which every item shares, one row a feature.
  bool has_sums() const { return by_features_.has_value(); }
  /// w·W = f·(FᵀDF + ρI)⁻¹·(FᵀD·W) of all `items` [their count × width rounded up to 16], W [M × width] with rows `stride`
  /// apart; the same bits for any `threads` and whichever items stand beside one another. Only where `has_sums`.
  kernel::AlignedFloats sums(const FeatureRows& items, const float* rows, std::int64_t stride, std::int64_t width, int threads) const;

 private:
  bool eliminate_features(double rho, std::int64_t most_left, int threads);
  void invert_items(double rho, int threads);
  /// (FᵀDF + ρI)⁻¹·f of one item, the constant last.
  std::vector<double> solved(const FeatureRows& items, std::int64_t row) const;
  void weights_by_features(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const;
  void weights_by_items(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const;
  bool by_items() const { return !by_features_; }

  FeatureRows known_;
  std::vector<float> trust_;
  std::int64_t features_;
  std::optional<EliminatedMatrix> by_features_;  ///< FᵀDF + ρI, the constant last
  SquareMatrix negated_inverse_;       ///< or, without it, −(FFᵀ + ρD⁻¹)⁻¹ of the trusted items
  std::vector<std::int32_t> trusted_;  ///< which of them that inverse is of; else empty
  std::vector<double> mean_;           ///< there: (FFᵀ + ρD⁻¹)⁻¹·1, and the sum of it with what the constant's ρ adds
  double sum_ = 0;
};

}  // namespace encore
