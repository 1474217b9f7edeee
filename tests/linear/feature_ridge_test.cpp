// The weights of a ridge regression against its formula, computed by hand on numbers that two features allow.
#include "linear/feature_ridge.h"

#include <gmock/gmock.h>

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

TEST(FeatureRidge, ByItemsItIsTheSameFormula) {
  // Four items with three features are computed by features, with five by items: two that nobody has change nothing else.
  const FeatureRows known = rows_of({{{0, 0.6F}, {1, 0.8F}}, {{1, 1}}, {{0, 1}}, {{2, 1}}});
  const std::vector<float> trust = {1, 0.9F, 0, 0.7F};
  const FeatureRidge by_features(known, trust, 3, 0.5, 1), by_items(known, trust, 5, 0.5, 2);
  const FeatureRows items = rows_of({{{2, 1}}, {{0, 0.6F}, {2, 0.8F}}, {}});
  for (const std::int64_t row : {0, 1, 2}) {
    const auto a = weights_of(by_features, items, row), b = weights_of(by_items, items, row);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(a[i], b[i], 1e-5) << row << ", " << i;
    EXPECT_EQ(b[2], 0) << "nobody trusts it";
  }
  std::vector<float> together(12);
  by_items.weights(items, 0, 3, together.data());
  for (const std::int64_t row : {0, 1, 2})
    EXPECT_EQ(weights_of(by_items, items, row), std::vector<float>(together.begin() + row * 4, together.begin() + row * 4 + 4));
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
