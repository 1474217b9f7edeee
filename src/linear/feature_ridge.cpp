// The sums over items run in the order of the catalogue, on one thread: features are few, and the inverse takes longer. By items each
// row of FFᵀ is a sum of its own.
#include "linear/feature_ridge.h"

#include <algorithm>
#include <array>
#include <limits>
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

/// FᵀDF, the constant last: those rows that are short enough to be eliminated, the others empty, the constant's among them.
std::vector<std::vector<EliminatedMatrix::Cell>> short_rows(const FeatureRows& known, const std::vector<float>& trust,
                                                            std::int64_t features) {
  std::vector<std::vector<std::pair<std::int32_t, double>>> items_with(at(features));  // and their trust times the feature's value
  for (std::int32_t item = 0; item < known.size(); ++item)
    if (trust[at(item)] > 0)
      for (auto e = known.start[at(item)]; e < known.start[at(item + 1)]; ++e)
        items_with[at(known.feature[at(e)])].emplace_back(
            item, static_cast<double>(trust[at(item)]) * static_cast<double>(known.value[at(e)]));
  std::vector<std::vector<EliminatedMatrix::Cell>> rows(at(features + 1));
  std::vector<double> sums(at(features + 1));
  std::vector<std::uint8_t> met(sums.size());
  std::vector<std::int32_t> columns;
  const auto add = [&](std::int32_t column, double value) {
    if (met[at(column)]++ == 0) columns.push_back(column);
    met[at(column)] = 1, sums[at(column)] += value;
  };
  for (std::int32_t feature = 0; feature < features; ++feature) {
    columns.clear();
    add(feature, 0);
    for (const auto& [item, scaled] : items_with[at(feature)]) {
      for (auto e = known.start[at(item)]; e < known.start[at(item + 1)]; ++e)
        add(known.feature[at(e)], scaled * static_cast<double>(known.value[at(e)]));
      add(static_cast<std::int32_t>(features), scaled);
      if (columns.size() > EliminatedMatrix::longest) break;
    }
    std::ranges::sort(columns);
    for (const std::int32_t column : columns) {
      if (columns.size() <= EliminatedMatrix::longest) rows[at(feature)].push_back({column, sums[at(column)]});
      sums[at(column)] = 0, met[at(column)] = 0;
    }
  }
  return rows;
}

}  // namespace

FeatureRidge::FeatureRidge(FeatureRows known, std::vector<float> trust, std::int64_t features, double rho, int threads)
    : known_(std::move(known)), trust_(std::move(trust)), features_(features) {
  const auto trusted = std::ranges::count_if(trust_, [](float one) { return one > 0; });
  const std::int64_t any = std::numeric_limits<std::int64_t>::max();
  if (!eliminate_features(rho, trusted > 0 ? trusted : any, threads)) invert_items(rho, threads);
}

/// False, and nothing is kept, where more than `most_left` rows would be left to invert.
bool FeatureRidge::eliminate_features(double rho, std::int64_t most_left, int threads) {
  auto rows = short_rows(known_, trust_, features_);
  std::vector<std::int32_t> place(rows.size(), -1);
  std::int32_t left = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].empty()) place[i] = left++;
  if (left > most_left) return false;
  const double of_constant = constant_rho * rho;
  for (std::int32_t i = 0; i < features_; ++i)
    for (EliminatedMatrix::Cell& cell : rows[at(i)])
      if (cell.column == i) cell.value += rho;
  SquareMatrix core = SquareMatrix::zeros(left);
  std::vector<std::pair<std::int32_t, float>> own;  // what an item has in the core
  for (std::int64_t item = 0; item < known_.size(); ++item) {
    if (trust_[at(item)] == 0) continue;
    own.clear();
    for (auto e = known_.start[at(item)]; e < known_.start[at(item + 1)]; ++e)
      if (place[at(known_.feature[at(e)])] >= 0) own.emplace_back(place[at(known_.feature[at(e)])], known_.value[at(e)]);
    own.emplace_back(place[at(features_)], 1.0F);
    for (const auto& [i, value] : own) {
      const float scaled = trust_[at(item)] * value;
      for (const auto& [j, other] : own) core.row(i)[j] += scaled * other;
    }
  }
  for (std::size_t i = 0; i < place.size(); ++i)
    if (place[i] >= 0) core.row(place[i])[place[i]] += static_cast<float>(static_cast<std::int64_t>(i) == features_ ? of_constant : rho);
  by_features_.emplace(std::move(rows), std::move(core), threads);
  if (by_features_->core_size() <= most_left) return true;
  by_features_.reset();
  return false;
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
  weights_by_features(items, first, count, to);
}

std::vector<double> FeatureRidge::solved(const FeatureRows& items, std::int64_t row) const {
  std::vector<EliminatedMatrix::Cell> own;
  for (auto e = items.start[at(row)]; e < items.start[at(row + 1)]; ++e)
    own.push_back({items.feature[at(e)], static_cast<double>(items.value[at(e)])});
  own.push_back({static_cast<std::int32_t>(features_), 1});
  return by_features_->solved(own);
}

kernel::AlignedFloats FeatureRidge::sums(const FeatureRows& items, const float* rows, std::int64_t stride, std::int64_t width,
                                         int threads) const {
  constexpr std::int64_t block = 16;
  const std::int64_t columns = (width + block - 1) / block * block;
  std::vector<double> of_features(at((features_ + 1) * columns));  // FᵀD·W, the constant's row last
  kernel::parallel_for(columns / block, threads, [&](std::int64_t part) {
    const std::int64_t first = part * block, now = std::min(block, width - first);
    for (std::int64_t item = 0; item < known(); ++item) {
      if (trust_[at(item)] == 0) continue;
      const float* row = rows + item * stride + first;
      const auto add = [&](std::int64_t feature, double scale) {
        double* sum = of_features.data() + feature * columns + first;
        if (now == block) {  // a number of times that the compiler knows
          for (std::int64_t column = 0; column < block; ++column) sum[column] += scale * static_cast<double>(row[column]);
        } else {
          for (std::int64_t column = 0; column < now; ++column) sum[column] += scale * static_cast<double>(row[column]);
        }
      };
      const auto trust = static_cast<double>(trust_[at(item)]);
      for (auto e = known_.start[at(item)]; e < known_.start[at(item + 1)]; ++e)
        add(known_.feature[at(e)], trust * static_cast<double>(known_.value[at(e)]));
      add(features_, trust);
    }
  });
  kernel::AlignedFloats sums(at(items.size() * columns));
  kernel::parallel_for(items.size(), threads, [&](std::int64_t item) {
    const std::vector<double> of_item = solved(items, item);
    std::vector<double> sum(at(columns));
    for (std::int64_t feature = 0; feature <= features_; ++feature)
      for (std::int64_t column = 0; column < columns; ++column)
        sum[at(column)] += of_item[at(feature)] * of_features[at(feature * columns + column)];
    std::ranges::transform(sum, sums.data() + item * columns, [](double one) { return static_cast<float>(one); });
  });
  return sums;
}

/// Sixteen items share a pass over the known ones, each in a lane of its own, which the others' numbers do not touch.
void FeatureRidge::weights_by_features(const FeatureRows& items, std::int64_t first, std::int64_t count, float* to) const {
  constexpr std::size_t lanes = 16;
  std::vector<std::array<float, lanes>> along(at(features_ + 1));
  for (std::int64_t done = 0; done < count; done += lanes) {
    const std::size_t now = std::min(lanes, at(count - done));
    for (std::size_t lane = 0; lane < now; ++lane) {
      const std::vector<double> of_item = solved(items, first + done + static_cast<std::int64_t>(lane));
      for (std::size_t f = 0; f < along.size(); ++f) along[f][lane] = static_cast<float>(of_item[f]);
    }
    for (std::int64_t item = 0; item < known_.size(); ++item) {
      std::array<float, lanes> sums = along.back();
      for (auto e = known_.start[at(item)]; e < known_.start[at(item + 1)]; ++e) {
        const std::array<float, lanes>& of_feature = along[at(known_.feature[at(e)])];
        for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += known_.value[at(e)] * of_feature[lane];
      }
      for (std::size_t lane = 0; lane < now; ++lane)
        to[(done + static_cast<std::int64_t>(lane)) * known() + item] = trust_[at(item)] == 0 ? 0 : trust_[at(item)] * sums[lane];
    }
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
