// The weights of a ridge regression against its formula, computed by hand on numbers that two features allow.
#include "linear/feature_ridge.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernel/counter_hash.h"

namespace encore {
namespace {

FeatureRows rows_of(const std::vector<std::vector<std::pair<std::int32_t, float>>>& all) {
  FeatureRows rows;
  for (const auto& row : all) {
    for (const auto& [feature, value] : row) rows.feature.push_back(feature), rows.value.push_back(value);
    rows.start.push_back(static_cast<std::int64_t>(rows.value.size()));
  }
  return rows;
}

std::vector<float> weights_of(const FeatureRidge& ridge, const FeatureRows& items, std::int64_t row) {
  std::vector<float> w(static_cast<std::size_t>(ridge.known()));
  ridge.weights(items, row, 1, w.data());
  return w;
}

TEST(FeatureRidge, IsTheFormula) {
  // F = [1 0; 1 0; 0 1], D = diag(1, ½, ½), ρ = 2; FᵀDF = diag(1.5, .5) beside the constant, which both columns meet.
  const FeatureRidge ridge(rows_of({{{0, 1}}, {{0, 1}}, {{1, 1}}}), {1, 0.5F, 0.5F}, 2, 2, 1);
  // A = [3.5 0 1.5; 0 2.5 .5; 1.5 .5 2.002], solved for f = (1, 0, 1): y = A⁻¹f.
  const double c = (1 - 1.5 / 3.5) / (2.002 - 1.5 * 1.5 / 3.5 - 0.5 * 0.5 / 2.5), a = (1 - 1.5 * c) / 3.5, b = -0.5 * c / 2.5;
  const auto w = weights_of(ridge, rows_of({{{0, 1}}}), 0);
  EXPECT_NEAR(w[0], a + c, 1e-6);
  EXPECT_NEAR(w[1], 0.5 * (a + c), 1e-6);
  EXPECT_NEAR(w[2], 0.5 * (b + c), 1e-6);
}

TEST(FeatureRidge, AnItemWithoutFeaturesGetsTheMean) {
  const FeatureRidge ridge(rows_of({{{0, 1}}, {{1, 1}}, {{0, 1}}, {{1, 1}}}), {1, 1, 1, 1}, 2, 1e-3, 1);
  for (const float w : weights_of(ridge, rows_of({{}}), 0)) EXPECT_NEAR(w, 0.25, 1e-3);
}

TEST(FeatureRidge, WhatNobodyTrustsHasNoWeight) {
  const FeatureRidge ridge(rows_of({{{0, 1}}, {{0, 1}}}), {1, 0}, 1, 1, 1);
  EXPECT_EQ(weights_of(ridge, rows_of({{{0, 1}}}), 0)[1], 0);
}

/// w by elimination with pivots in double: the whole matrix, whatever its rows look like.
std::vector<double> by_hand(const FeatureRows& known, const std::vector<float>& trust, std::int64_t features, double rho,
                            const FeatureRows& item) {
  const auto n = static_cast<std::size_t>(features) + 1;
  const auto dense = [&](const FeatureRows& rows, std::int64_t row) {
    std::vector<double> f(n);
    for (auto e = rows.start[static_cast<std::size_t>(row)]; e < rows.start[static_cast<std::size_t>(row) + 1]; ++e)
      f[static_cast<std::size_t>(rows.feature[static_cast<std::size_t>(e)])] = static_cast<double>(rows.value[static_cast<std::size_t>(e)]);
    f.back() = 1;
    return f;
  };
  std::vector<std::vector<double>> a(n, std::vector<double>(n + 1));
  for (std::size_t i = 0; i < n; ++i) a[i][i] = i + 1 < n ? rho : 1e-3 * rho;
  for (std::int64_t row = 0; row < known.size(); ++row) {
    const auto f = dense(known, row);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) a[i][j] += static_cast<double>(trust[static_cast<std::size_t>(row)]) * f[i] * f[j];
  }
  const auto f = dense(item, 0);
  for (std::size_t i = 0; i < n; ++i) a[i][n] = f[i];
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t r = p + 1; r < n; ++r)
      if (std::abs(a[r][p]) > std::abs(a[p][p])) std::swap(a[r], a[p]);
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = a[r][p] / a[p][p];
      if (r != p && factor != 0)
        for (std::size_t c = p; c <= n; ++c) a[r][c] -= factor * a[p][c];
    }
  }
  std::vector<double> w;
  for (std::int64_t row = 0; row < known.size(); ++row) {
    const auto own = dense(known, row);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += own[i] * a[i][n] / a[i][i];
    w.push_back(static_cast<double>(trust[static_cast<std::size_t>(row)]) * sum);
  }
  return w;
}

/// `items` of which each has every one of `common` features by chance, and some of the rare ones.
FeatureRows drawn(std::int64_t items, std::int64_t common, std::int64_t rare, float share, float share_of_rare, std::uint64_t seed) {
  const kernel::CounterHash random(seed, kernel::Purpose::initial_weights, 0);
  std::vector<std::vector<std::pair<std::int32_t, float>>> rows(static_cast<std::size_t>(items));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::int32_t f = 0; f < common + rare; ++f)
      if (const float draw = random.uniform(i, static_cast<std::uint64_t>(f)); draw < (f < common ? share : share_of_rare))
        rows[i].emplace_back(f, 0.2F + draw);
  return rows_of(rows);
}

/// Eliminated: features that a film or two have, and those that many have. Not eliminated: 300 features that stand beside each other.
/// And by items, of which there are fewer than features.
TEST(FeatureRidge, WhicheverWayItIsTheSameFormula) {
  struct Shape {
    std::int64_t items, common, rare;
    float share, share_of_rare;
  };
  for (const Shape& shape : {Shape{90, 12, 70, 0.3F, 0.03F}, Shape{400, 300, 20, 0.5F, 0.004F}, Shape{40, 300, 20, 0.9F, 0.05F}}) {
    const FeatureRows known = drawn(shape.items, shape.common, shape.rare, shape.share, shape.share_of_rare, 1);
    std::vector<float> trust;
    for (std::int64_t i = 0; i < shape.items; ++i) trust.push_back(i % 7 == 0 ? 0 : 0.5F + 0.01F * static_cast<float>(i % 50));
    const std::int64_t features = shape.common + shape.rare;
    const FeatureRidge ridge(known, trust, features, 2, 1), threads(known, trust, features, 2, 3);
    const FeatureRows items = drawn(3, shape.common, shape.rare, shape.share, 0.1F, 2);
    for (const std::int64_t row : {0, 1, 2}) {
      FeatureRows one;
      for (auto e = items.start[static_cast<std::size_t>(row)]; e < items.start[static_cast<std::size_t>(row) + 1]; ++e)
        one.feature.push_back(items.feature[static_cast<std::size_t>(e)]), one.value.push_back(items.value[static_cast<std::size_t>(e)]);
      one.start.push_back(static_cast<std::int64_t>(one.value.size()));
      const auto w = weights_of(ridge, items, row);
      const auto expected = by_hand(known, trust, features, 2, one);
      for (std::size_t i = 0; i < w.size(); ++i) EXPECT_NEAR(w[i], expected[i], 1e-4) << shape.items << " items, row " << row << ", " << i;
      EXPECT_EQ(weights_of(threads, items, row), w);
    }
    std::vector<float> together(static_cast<std::size_t>(3 * shape.items));
    ridge.weights(items, 0, 3, together.data());
    for (const std::int64_t row : {0, 1, 2})
      EXPECT_EQ(weights_of(ridge, items, row),
                std::vector<float>(together.begin() + row * shape.items, together.begin() + (row + 1) * shape.items));
  }
}

TEST(FeatureRidge, TheShorterWayToSumsIsThatOfTheWeights) {
  constexpr std::int64_t items = 90, features = 82, width = 19, stride = 21;
  const FeatureRows known = drawn(items, 12, 70, 0.3F, 0.03F, 1), fresh = drawn(5, 12, 70, 0.3F, 0.1F, 2);
  std::vector<float> trust, rows;
  for (std::int64_t i = 0; i < items; ++i) trust.push_back(i % 7 == 0 ? 0 : 0.5F + 0.01F * static_cast<float>(i % 50));
  for (std::int64_t i = 0; i < items * stride; ++i) rows.push_back(std::sin(static_cast<float>(i)));
  const FeatureRidge ridge(known, trust, features, 2, 1);
  ASSERT_TRUE(ridge.has_sums());
  const auto sums = ridge.sums(fresh, rows.data(), stride, width, 1);
  ASSERT_EQ(sums.size(), 5U * 32U);
  for (std::int64_t item = 0; item < 5; ++item) {
    const auto w = weights_of(ridge, fresh, item);
    for (std::int64_t column = 0; column < 32; ++column) {
      double expected = 0;
      for (std::int64_t k = 0; k < items && column < width; ++k)
        expected += static_cast<double>(w[static_cast<std::size_t>(k)]) *
                    static_cast<double>(rows[static_cast<std::size_t>(k * stride + column)]);
      EXPECT_NEAR(sums[static_cast<std::size_t>(item * 32 + column)], expected, 1e-5) << item << ", " << column;
    }
  }
  EXPECT_EQ(ridge.sums(fresh, rows.data(), stride, width, 3), sums);
  FeatureRows second;
  for (auto e = fresh.start[1]; e < fresh.start[2]; ++e)
    second.feature.push_back(fresh.feature[static_cast<std::size_t>(e)]), second.value.push_back(fresh.value[static_cast<std::size_t>(e)]);
  second.start.push_back(static_cast<std::int64_t>(second.value.size()));
  const auto alone = ridge.sums(second, rows.data(), stride, width, 1);
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), sums.begin() + 32));
  const FeatureRidge by_items(drawn(40, 300, 20, 0.9F, 0.05F, 1), std::vector<float>(40, 1), 320, 2, 1);
  EXPECT_FALSE(by_items.has_sums());
}

TEST(FeatureRidge, DoesNotDependOnNeighboursAndThreads) {
  const FeatureRows known = rows_of({{{0, 0.6F}, {1, 0.8F}}, {{1, 1}}, {{0, 1}}, {{2, 1}}});
  const FeatureRidge one(known, {1, 0.9F, 0.8F, 0.7F}, 3, 0.5, 1), four(known, {1, 0.9F, 0.8F, 0.7F}, 3, 0.5, 4);
  const FeatureRows items = rows_of({{{2, 1}}, {{0, 0.6F}, {2, 0.8F}}});
  EXPECT_EQ(weights_of(one, items, 1), weights_of(four, items, 1));
  EXPECT_EQ(weights_of(one, items, 1), weights_of(one, rows_of({{{0, 0.6F}, {2, 0.8F}}}), 0));
}

}  // namespace
}  // namespace encore
