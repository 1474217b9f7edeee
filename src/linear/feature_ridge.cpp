// The sums over items run in the order of the catalogue, on one thread: features are few, and the inverse takes longer.
#include "linear/feature_ridge.h"

#include <stdexcept>

#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

constexpr double constant_rho = 1e-3;  ///< of the constant, as a share of ρ

std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

FeatureRidge::FeatureRidge(FeatureRows known, std::vector<float> trust, std::int64_t features, double rho, int threads)
    : known_(std::move(known)), trust_(std::move(trust)), features_(features), negated_inverse_(SquareMatrix::zeros(features + 1)) {
  SquareMatrix& a = negated_inverse_;
  for (std::int64_t item = 0; item < known_.size(); ++item) {
    const float d = trust_[at(item)];
    if (d == 0) continue;
    for (auto e = known_.start[at(item)]; e < known_.start[at(item + 1)]; ++e) {
      const float scaled = d * known_.value[at(e)];
      float* row = a.row(known_.feature[at(e)]);
      for (auto other = e; other < known_.start[at(item + 1)]; ++other)
        row[known_.feature[at(other)]] += scaled * known_.value[at(other)];
      row[features_] += scaled;
    }
    a.row(features_)[features_] += d;
  }
  for (std::int64_t i = 0; i < features_; ++i) a.row(i)[i] += static_cast<float>(rho);
  a.row(features_)[features_] += static_cast<float>(constant_rho * rho);
  if (!invert_negated(a, threads)) throw std::logic_error("the features' matrix is not positive definite");
}

void FeatureRidge::weights(const FeatureRows& items, std::int64_t row, float* to) const {
  std::vector<float> along(at(features_ + 1));  // (FᵀDF + ρI)⁻¹·f
  const auto add = [&](std::int64_t feature, float value) {
    const float* inverse = negated_inverse_.row(feature);
    for (std::int64_t i = 0; i <= features_; ++i) along[at(i)] -= value * inverse[i];
  };
  for (auto e = items.start[at(row)]; e < items.start[at(row + 1)]; ++e) add(items.feature[at(e)], items.value[at(e)]);
  add(features_, 1);
  for (std::int64_t item = 0; item < known_.size(); ++item) {
    float sum = along[at(features_)];
    for (auto e = known_.start[at(item)]; e < known_.start[at(item + 1)]; ++e)
      sum += known_.value[at(e)] * along[at(known_.feature[at(e)])];
    to[item] = trust_[at(item)] == 0 ? 0 : trust_[at(item)] * sum;
  }
}

}  // namespace encore
