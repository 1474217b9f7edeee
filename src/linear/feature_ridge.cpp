// The sums over items run in the order of the catalogue, on one thread: features are few, and the inverse takes longer. By items each
// row of FFᵀ is a sum of its own.
#include "linear/feature_ridge.h"

#include <algorithm>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

constexpr double constant_rho = 1e-3;  ///< of the constant, as a share of ρ


/// Products of one item's features with those of others.
class DenseRow {
 public:
  explicit DenseRow(std::int64_t features) : value_(at(features)) {}
  void take(const FeatureRows& items, std::int64_t row) {
    for (auto e = items.start[at(row)]; e < items.start[at(row + 1)]; ++e) value_[at(items.feature[at(e)])] = items.value[at(e)];
  }
  void clear(const FeatureRows& items, std::int64_t row) {
    for (auto e = items.start[at(row)]; e < items.start[at(row + 1)]; ++e) value_[at(items.feature[at(e)])] = 0;
  }
  float times(const FeatureRows& items, std::int64_t row) const {
    float sum = 0;
    for (auto e = items.start[at(row)]; e < items.start[at(row + 1)]; ++e) sum += items.value[at(e)] * value_[at(items.feature[at(e)])];
    return sum;
  }

 private:
  std::vector<float> value_;
};

}  // namespace

FeatureRidge::FeatureRidge(FeatureRows known, std::vector<float> trust, std::int64_t features, double rho, int threads)
    : known_(std::move(known)), trust_(std::move(trust)), features_(features) {
  const auto trusted = std::ranges::count_if(trust_, [](float one) { return one > 0; });
  if (trusted > 0 && trusted < features) invert_items(rho, threads);
  else invert_features(rho, threads);
}

void FeatureRidge::invert_features(double rho, int threads) {
  negated_inverse_ = SquareMatrix::zeros(features_ + 1);
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

void FeatureRidge::invert_items(double rho, int threads) {
  for (std::int32_t item = 0; item < known_.size(); ++item)
    if (trust_[at(item)] > 0) trusted_.push_back(item);
  const std::int64_t size = std::ssize(trusted_);
  negated_inverse_ = SquareMatrix::zeros(size);
  constexpr std::int64_t run = 64;
  kernel::parallel_for((size + run - 1) / run, threads, [&](std::int64_t part) {
    DenseRow one(features_);
    for (std::int64_t i = part * run; i < std::min(size, (part + 1) * run); ++i) {
      one.take(known_, trusted_[at(i)]);
      float* row = negated_inverse_.row(i);
      for (std::int64_t j = i; j < size; ++j) row[j] = one.times(known_, trusted_[at(j)]);
      row[i] += static_cast<float>(rho / trust_[at(trusted_[at(i)])]);
      one.clear(known_, trusted_[at(i)]);
    }
  });
  if (!invert_negated(negated_inverse_, threads)) throw std::logic_error("the items' matrix is not positive definite");
  // The constant, whose part of every product is 1 ÷ constant_rho, goes apart (Woodbury): within the matrix it would swallow the digits
  // of the others.
  sum_ = constant_rho;
  for (std::int64_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < size; ++j) sum -= negated_inverse_.row(i)[j];
    mean_.push_back(sum);
    sum_ += sum;
  }
}

void FeatureRidge::weights(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const {
  if (by_items()) return weights_by_items(items, first, count, to);
  for (std::int64_t row = 0; row < count; ++row) weights_by_features(items, first + row, to + row * known());
}

void FeatureRidge::weights_by_features(const FeatureRows& items, std::int64_t row, float* to) const {
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

void FeatureRidge::weights_by_items(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const {
  const std::int64_t size = std::ssize(trusted_), stride = negated_inverse_.stride;
  kernel::AlignedFloats alike(at(count * stride)), solved(at(count * stride));  // fFᵀ, and −fFᵀ·(FFᵀ + ρD⁻¹)⁻¹
  DenseRow one(features_);
  for (std::int64_t row = 0; row < count; ++row) {
    one.take(items, first + row);
    for (std::int64_t i = 0; i < size; ++i) alike[at(row * stride + i)] = one.times(known_, trusted_[at(i)]);
    one.clear(items, first + row);
  }
  kernel::device_named("cpu").multiply({count, stride, size, alike.data(), stride, 1, negated_inverse_.values.data(), stride,
                                        solved.data(), stride});
  for (std::int64_t row = 0; row < count; ++row) {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum -= solved[at(row * stride + i)];
    const double rest = (1 - sum) / sum_;  // what the features leave to the mean
    float* w = to + row * known();
    std::fill_n(w, known(), 0.0F);
    for (std::int64_t i = 0; i < size; ++i)
      w[trusted_[at(i)]] = static_cast<float>(rest * mean_[at(i)] - solved[at(row * stride + i)]);
  }
}

}  // namespace encore
